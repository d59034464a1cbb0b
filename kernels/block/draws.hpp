// Where the random numbers of a step come from.
//
// Must not:  know what is drawn, or who records.
// Invariant: only environments that draw in Gymnasium's order are compiled for recorded numbers.
#pragma once

#include <lockstep/detail/block/worlds.hpp>

namespace lockstep {

// Calls body(random) with what steps of the sixteen worlds at `at` draw from.
template <class L, class Env>
LOCKSTEP_INLINE void with_step_draws(const Worlds<typename L::scalar>& w, std::int64_t at,
                                     Key dynamics, auto&& body) noexcept {
    if constexpr (Env::about.gymnasium_draws == GymnasiumDraws::steps) {
        if (w.step_numbers.number != nullptr) {
            RecordedDraws<L> draws({w.step_numbers.number + at, w.step_numbers.stride});
            return body(draws);
        }
    }
    Rng<L> rng(dynamics, world_ids<L>(w.first_id, at),
               typename L::u32(static_cast<std::uint32_t>(w.time)));
    body(rng);
}

}  // namespace lockstep

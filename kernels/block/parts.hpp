// Steps of environments that step in parts: the middle of the step is done for many vectors of
// worlds at once.
//
// Must not:  know any environment, or what follows a step.
// Invariant: each world's step is that which it would make alone.
#pragma once

#include <lockstep/detail/block/draws.hpp>

namespace lockstep {

// How many vectors share the middle of a step. What a vector takes there must stay in a core's own
// cache.
inline constexpr int vectors_together = 32;

// Steps the worlds [begin, end): action(at) is what those of the vector at `at` do, finish(at,
// state, step) takes what comes of it.
template <class L, class Env>
LOCKSTEP_INLINE void steps_in_parts(const Worlds<typename L::scalar>& w, std::int64_t begin,
                                    std::int64_t end, Key dynamics, auto&& action,
                                    auto&& finish) noexcept {
    typename Env::template Work<L> work[vectors_together];
    State<L, Env> state;
    constexpr std::int64_t group = std::int64_t{vectors_together} * lane_count;
    for (; begin < end; begin += group) {
        const int count =
            static_cast<int>((end - begin < group ? end - begin : group) / lane_count);
        for (int v = 0; v < count; ++v) {
            const std::int64_t at = begin + std::int64_t{v} * lane_count;
            state = load_state<L, Env>(w.state, w.stride, at);
            const auto constants = prepare<L, Env>(w, at, false);
            with_step_draws<L, Env>(w, at, dynamics, [&](auto& random) LOCKSTEP_LAMBDA {
                Env::template begin_step<L>(state, action(at), constants, random, work[v]);
            });
        }
        Env::template advance<L>(work, count);
        for (int v = 0; v < count; ++v) {
            const Step<L> step = Env::template end_step<L>(work[v], state);
            finish(begin + std::int64_t{v} * lane_count, state, step);
        }
    }
}

}  // namespace lockstep

// The policy that an environment brings along.
//
// Invariant: defined for every environment with a member heuristic().
#pragma once

#include <lockstep/detail/policy/policy.hpp>

namespace lockstep {

template <class Env, class L>
concept HasHeuristic = requires(const typename L::real* observation) {
    Env::template heuristic<L>(observation);
};

template <class L, class Env>
struct Heuristic {
    Heuristic() = default;
    LOCKSTEP_INLINE Heuristic(const PolicyData<typename L::scalar>&,
                              const Worlds<typename L::scalar>&, std::int64_t) noexcept {}
    LOCKSTEP_INLINE void at_time(std::uint64_t) noexcept {}
    LOCKSTEP_INLINE auto act(const typename L::real* observation) noexcept {
        return Env::template heuristic<L>(observation);
    }
};

}  // namespace lockstep

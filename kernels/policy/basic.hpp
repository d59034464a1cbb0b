// The angle rule of the CartPole tutorials: push left while the pole leans left, else right.
//
// Invariant: defined for every environment with two actions and at least three observations.
#pragma once

#include <lockstep/detail/policy/policy.hpp>

namespace lockstep {

template <class L, class Env>
struct Basic {
    Basic() = default;
    LOCKSTEP_INLINE Basic(const PolicyData<typename L::scalar>&, const Worlds<typename L::scalar>&,
                          std::int64_t) noexcept {}
    LOCKSTEP_INLINE void at_time(std::uint64_t) noexcept {}
    LOCKSTEP_INLINE BinaryAction<L> act(const typename L::real* observation) noexcept {
        return {observation[2] >= typename L::real(0)};
    }
};

}  // namespace lockstep

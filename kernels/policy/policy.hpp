// The interface of a policy in lanes: constructed for the sixteen worlds at one place, given the
// time, asked for actions.
//
// Must not:  know environments beyond their observations and number of actions.
// Invariant: a policy's action depends on the observation, the world's id and the time alone.
#pragma once

#include <lockstep/detail/block/worlds.hpp>

namespace lockstep {

// A linear policy's weights, one per observation for each action column: weight[k] of every world,
// or, with a stride, weight k of world i at weights[k * stride + i].
template <class Real>
struct PolicyData {
    const Real* weights;
    std::int64_t stride;  // 0: all worlds share the weights
};

template <class P, class L>
concept Policy = requires(P policy, const typename L::real* observation) {
    policy.at_time(std::uint64_t{});
    policy.act(observation);
};

}  // namespace lockstep

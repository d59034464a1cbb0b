// What learners with a policy and a value are given: settings, rollouts and minibatches, on both
// sides of the border between flag sets.
//
// Must not:  emit code.
// Invariant: a row holds sixteen lanes; sample t * worlds + w is step t of world w.
#pragma once

#include <cstdint>

#include <lockstep/detail/lane/lane.hpp>

namespace lockstep {

template <class Real>
struct alignas(64) ActorCriticLanes {
    Real gamma[lane_count], gae_lambda[lane_count];
    Real clip_range[lane_count];  // 0: the plain policy gradient
    Real vf_coef[lane_count], ent_coef[lane_count];
};

// What `steps` steps in each of `worlds` worlds left, a row a sample.
template <class Real>
struct RolloutRows {
    std::int32_t steps, worlds;
    std::int32_t* action;  // its number
    Real* drawn;           // instead, of continuous actions: [sample][column], as drawn
    std::uint32_t* legal;  // bit a: action a was
    Real *log_probability, *reward;
    Real* value;                       // one more row for each world: where the rollout stopped
    Real* final_value;                 // of what was seen last, where an episode was truncated
    std::uint32_t *terminated, *done;  // one word a sample, a bit a lane

    // Made of these.
    Real *advantage, *target;
    Real* discount;  // of the next value: gamma, or 0 at termination
};

// `count` samples of a minibatch, and where the outputs for them lie.
template <class Real>
struct ActorCriticLoss {
    const RolloutRows<Real>* rollout;
    const ActorCriticLanes<Real>* lanes;
    const std::int32_t* order;      // [count][lane]: which samples
    const Real* moments;            // of advantages: rows mean and 1 / deviation; null: as they are
    std::int32_t count, actions;    // of continuous ones, the numbers of an action
    const Real* log_std = nullptr;  // rows; null: actions are counted
    Real* log_std_gradient = nullptr;  // rows, which the samples' gradients are added to
    // The value's target is what the network says of the next states, in samples count and after.
    bool residual;
    // Of the first sample, and elements from one to the next.
    const Real *logits, *values;
    Real *logit_deltas, *value_deltas;
    std::int64_t policy_stride, value_stride;
};

}  // namespace lockstep

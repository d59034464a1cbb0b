// The settings, rollouts and minibatches of learners with a policy and a value function, on both
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

// The results of `steps` steps in each of `worlds` worlds, one row per sample.
template <class Real>
struct RolloutRows {
    std::int32_t steps, worlds;
    std::int32_t* action;  // a number
    Real* drawn;           // for continuous actions, in its place: [sample][column], as drawn
    std::uint32_t* legal;  // bit a: action a was legal
    Real *log_probability, *reward;
    Real* value;        // and one more row for each world: where the rollout stopped
    Real* final_value;  // value of the last observation, where an episode was truncated
    std::uint32_t *terminated, *done;  // one word per sample, one bit per lane

    // Derived from the above.
    Real *advantage, *target;
    Real* discount;  // of the next value: gamma, or 0 at termination
};

// `count` samples of a minibatch, and where the outputs for them lie.
template <class Real>
struct ActorCriticLoss {
    const RolloutRows<Real>* rollout;
    const ActorCriticLanes<Real>* lanes;
    const std::int32_t* order;  // [count][lane]: which samples
    const Real* moments;  // of advantages: rows mean and 1 / deviation; null: no normalization
    std::int32_t count, actions;       // of a continuous action: how many numbers it has
    const Real* log_std = nullptr;     // rows; null: actions are discrete
    Real* log_std_gradient = nullptr;  // rows, to which the samples' gradients are added
    // The value's target is the network's output for the next states, in samples `count` and up.
    bool residual;
    // Pointers to the first sample, and the number of elements from one sample to the next.
    const Real *logits, *values;
    Real *logit_deltas, *value_deltas;
    std::int64_t policy_stride, value_stride;
};

}  // namespace lockstep

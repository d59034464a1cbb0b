// Whole episodes that one learner played, and what it learns from them, on both sides of the border
// between flag sets.
//
// Must not:  emit code.
// Invariant: observations are readable to the next multiple of sixteen steps, rewards sixteen steps
//            beyond the last.
#pragma once

#include <cstdint>

#include <lockstep/detail/lane/lane.hpp>
#include <lockstep/detail/network/network_shape.hpp>

namespace lockstep {

// Episodes one after another.
template <class Real>
struct EpisodeBatch {
    const Real* observations;  // row r of step t at r * stride + t
    const Real* rewards;       // of step t
    const std::uint8_t* actions;
    const Real* drawn;  // instead, of continuous actions: number k of step t at k * stride + t
    const std::uint32_t* legal;  // bit a: action a is possible; null: all are
    std::int64_t stride;
    const std::int32_t* lengths;  // of each episode
    const Real* bootstrap_value;  // what is expected after each episode's last step
    std::int32_t episodes, steps;
};

// Vectors of sixteen steps that are worked on at once: what they need stays in the first cache.
inline constexpr int segment_vectors = 12;

template <class Real>
struct ReinforceTask {
    const NetworkShape* policy;
    std::int32_t columns;       // numbers of a continuous action, whose log_std follow the policy's
                                // parameters; 0: actions are counted
    const NetworkShape* value;  // of the baseline; null: none
    const Real *policy_parameters, *value_parameters;  // [parameter]
    EpisodeBatch<Real> batch;
    Real gamma;
    Real ent_coef;             // weight of the bonus
    bool normalize_advantage;  // advantages to mean 0 and deviation 1 over the batch, of more than
                               // one step
    bool average;              // gradients over the batch's steps; else their sum
    bool squared;              // of (probability - action)^2 / 2 instead of -log probability
    // Room: steps + 32; the same; segment_vectors samples of the larger network, twice; a row for
    // each of its parameters; one for each output.
    Real *returns, *values, *samples, *deltas, *sums, *probabilities;
    // Out: [parameter], filled up with 0 to a multiple of sixteen.
    Real *policy_gradient, *value_gradient;
};

}  // namespace lockstep

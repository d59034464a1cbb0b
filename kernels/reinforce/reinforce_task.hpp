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
    const Real* drawn;  // of continuous actions, instead: number k of step t at k * stride + t
    const std::uint32_t* legal;  // bit a: action a is legal; null: all are
    std::int64_t stride;
    const std::int32_t* lengths;  // of each episode
    const Real* bootstrap_value;  // the expected return after each episode's last step
    std::int32_t episodes, steps;
};

// How many vectors of sixteen steps are processed at once: their data stays in the first cache.
inline constexpr int segment_vectors = 12;

template <class Real>
struct ReinforceTask {
    const NetworkShape* policy;
    std::int32_t columns;       // numbers of a continuous action; 0: actions are discrete
    const NetworkShape* value;  // of the baseline; null: none
    // [parameter]; after the policy's own come the log_std of continuous actions.
    const Real *policy_parameters, *value_parameters;
    EpisodeBatch<Real> batch;
    Real gamma;
    Real ent_coef;             // weight of the entropy bonus
    bool normalize_advantage;  // advantages to mean 0, deviation 1 if the batch has several steps
    bool average;              // gradients over the batch's steps; else their sum
    bool squared;              // of (probability - action)^2 / 2 instead of -log probability
    // Workspace: steps + 32; the same; segment_vectors samples of the larger network, twice; a row
    // for each of its parameters; one for each output.
    Real *returns, *values, *samples, *deltas, *sums, *probabilities;
    // Out: [parameter], padded with 0 to a multiple of sixteen.
    Real *policy_gradient, *value_gradient;
};

}  // namespace lockstep

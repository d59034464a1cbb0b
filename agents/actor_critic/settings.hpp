// What a learner with a policy and a value is told: one-step actor-critic, A2C and PPO differ in
// these numbers alone.
//
// Must not:  know lanes, batches, or how many learners there are.
// Invariant: a value that is not bootstrapped at termination is bootstrapped at truncation.
#pragma once

#include <cstdint>

#include <lockstep/agents/network/network_settings.hpp>

namespace lockstep {

struct ActorCriticSettings {
    NetworkSpec network = {};
    bool shared = true;  // one network of which the last output is the value; else two networks
    OptimiserSettings optimiser = {};
    std::int64_t steps = 100'000;  // of all worlds together
    std::int64_t worlds = 8;
    std::int64_t rollout = 32;  // steps of each world between two updates
    std::int64_t epochs = 1;    // passes over a rollout
    std::int64_t minibatches = 1;
    double gamma = 0.99;
    double lambda = 1;      // of generalised advantages (Schulman et al. 2016)
    double clip_ratio = 0;  // PPO's (Schulman et al. 2017); 0: the plain policy gradient
    double value_weight = 0.5;
    double entropy_weight = 0;
    double log_std_init = 0;  // of continuous actions: how the deviations' logarithms begin
    bool normalise = false;   // advantages, within a minibatch
    bool anneal = false;      // the rate falls to 0 in equal steps
    // The value's gradient goes through its target, too (the slides' actor-critic; Baird 1995).
    bool residual = false;

    std::int64_t samples() const { return worlds * rollout; }  // of an update
    std::int64_t updates() const { return steps / samples(); }
    std::int64_t played_steps() const { return updates() * samples(); }
};

}  // namespace lockstep

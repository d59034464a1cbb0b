// The settings of a learner with a policy and a value: one-step actor-critic, A2C and PPO differ
// only in these numbers.
//
// Must not:  know lanes, batches, or how many learners there are.
// Invariant: a value that is not bootstrapped at termination is bootstrapped at truncation.
#pragma once

#include <cstdint>

#include "agents/network/network_settings.hpp"

namespace lockstep {

// Learners side by side, one per lane; or one after another, each on all threads, with its
// environments as the columns of a matrix.
enum class Execution { population, batched };

struct ActorCriticSettings {
    NetworkSpec network = {};
    bool shared = true;  // one network whose last output is the value; else two networks
    OptimizerSettings optimizer = {};
    Execution execution = Execution::population;
    std::int64_t steps = 100'000;  // of all environments together
    std::int64_t num_envs = 8;
    std::int64_t num_steps = 32;  // of each environment between two updates
    std::int64_t update_epochs = 1;
    std::int64_t num_minibatches = 1;
    double gamma = 0.99;
    double gae_lambda = 1;  // Schulman et al. 2016
    double clip_range = 0;  // PPO's (Schulman et al. 2017); 0: the plain policy gradient
    double vf_coef = 0.5;
    double ent_coef = 0;
    double log_std_init = 0;           // of continuous actions
    bool normalize_advantage = false;  // within a minibatch
    bool anneal_lr = false;
    // The value's gradient also goes through its target (the slides' actor-critic; Baird 1995).
    bool residual = false;
    NetworkTestPolicy test_policy = NetworkTestPolicy::greedy;
    std::int64_t checkpoints = 20;

    void declare(SettingList& list);

    std::int64_t samples() const { return num_envs * num_steps; }  // of an update
    std::int64_t updates() const { return steps / samples(); }
    std::int64_t played_steps() const { return updates() * samples(); }
};

}  // namespace lockstep

// The settings of a REINFORCE learner.
//
// Must not:  know lanes, or how many learners there are.
// Invariant: learners of one population may differ only in what declare() calls per-learner.
#pragma once

#include <cstdint>

#include "agents/network/network_settings.hpp"

namespace lockstep {

// How the gradient combines an update's steps.
enum class GradientScale { average, sum };
// The loss of a step: -log probability of its action, or (probability - action)^2 / 2.
enum class PolicyLoss { log, square };

struct ReinforceSettings {
    NetworkSpec network = {};
    OptimizerSettings optimizer = {};
    std::int64_t episodes = 1000;
    std::int64_t update_every = 1;  // episodes
    double gamma = 0.99;
    bool normalize_advantage = true;  // of returns, over the steps of an update
    GradientScale gradient = GradientScale::average;
    PolicyLoss loss = PolicyLoss::log;
    bool baseline = false;  // a second network learns the value of a state
    double baseline_learning_rate = 1e-2;
    double ent_coef = 0;
    double log_std_init = 0;  // of continuous actions
    bool bootstrap = false;   // a truncated episode continues with the baseline's value
    NetworkTestPolicy test_policy = NetworkTestPolicy::greedy;
    std::int64_t checkpoints = 20;

    void declare(SettingList& list);
};

}  // namespace lockstep

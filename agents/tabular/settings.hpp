// What a tabular learner is told, and what it leaves.
//
// Must not:  know lanes, or how many learners there are.
// Invariant: settings that a kernel is given were checked here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <lockstep/agents/agent/agent.hpp>
#include <lockstep/kernels/tabular/task.hpp>

namespace lockstep {

// Which of equal values, bounds or preferences is the highest.
enum class Ties : std::int32_t {
    random,  // each is equally likely, in tests too
    first,
};

// One learner's settings. Learners of one population share target, exploration and the switches.
struct TabularSettings {
    Target target = Target::q_learning;
    Exploration exploration = Exploration::greedy;
    Ties ties = Ties::random;
    double alpha = 0.1;
    double alpha_decay = 0;    // alpha / (1 + decay * steps so far)
    double alpha_horizon = 0;  // alpha * exp(-steps of the episode so far / horizon); 0: constant
    double visit_decay = 0;    // alpha / (1 + decay * earlier visits of the action)
    bool averages = false;     // 1 / visits instead of alpha
    double gamma = 0.95;
    double epsilon = 0.1;               // share of actions that are random
    double epsilon_last = 0;            // reached after epsilon_episodes, in equal steps
    std::int64_t epsilon_episodes = 0;  // 0: epsilon is constant
    double temperature = 1, offset = 1e-4, ucb_c = 1.4142135623730951;
    double initial = 0;  // of every value
    bool bootstraps_terminal = false;
    std::int64_t episodes = 10'000;  // a learner stops at either
    std::int64_t steps = 0;          // 0: as many as the episodes take
};

// Throws ConfigError: an environment without numbered states, tables beyond what indices hold, or a
// process that never ends without a number of steps.
void check_tabular(const TabularSettings& settings, const EnvironmentEntry& entry,
                   const WorldSettings& world, std::int64_t states);

}  // namespace lockstep

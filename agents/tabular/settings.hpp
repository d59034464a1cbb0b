// The settings of a tabular learner.
//
// Must not:  know lanes, or how many learners there are.
// Invariant: all settings that reach a kernel were checked here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <lockstep/agent.hpp>
#include <lockstep/detail/tabular/task.hpp>
#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"

namespace lockstep {

// Which of several equal highest values, bounds or preferences is taken.
enum class Ties : std::int32_t {
    random,  // each is equally likely, in tests too
    first,
};

// How finished tables are played: by the highest value, or by the learner's exploration without
// random actions.
enum class TestPolicy { greedy, exploration };
inline constexpr const char* test_policies[] = {"greedy", "exploration"};

// The learning rate and its schedules, or 1 / visits of the action.
enum class LearningRateSchedule { constant, average };

// The value of the state after an episode's end: zero, or the table's.
enum class TerminalValue { zero, bootstrapped };

inline constexpr const char* ties_names[] = {"random", "first"};

// One learner's settings. Learners of one population share target, exploration and the switches.
struct TabularSettings {
    Target target = Target::q_learning;
    Exploration exploration = Exploration::greedy;
    Ties ties = Ties::random;
    double learning_rate = 0.1;
    double learning_rate_decay = 0;    // rate / (1 + decay * steps so far)
    double learning_rate_horizon = 0;  // rate * exp(-steps of the episode so far / horizon); 0: no
    double learning_rate_visit_decay = 0;  // rate / (1 + decay * earlier visits of the action)
    LearningRateSchedule learning_rate_schedule = LearningRateSchedule::constant;
    double gamma = 0.95;
    double epsilon = 0.1;                     // share of actions that are random
    double epsilon_final = 0;                 // reached after epsilon_decay_episodes
    std::int64_t epsilon_decay_episodes = 0;  // in equal steps; 0: epsilon is constant
    double temperature = 1, offset = 1e-4, ucb_c = 1.4142135623730951;
    double initial_value = 0;
    TerminalValue terminal = TerminalValue::zero;
    std::int64_t episodes = 10'000;  // a learner stops at whichever comes first
    std::int64_t steps = 0;          // 0: as many as the episodes take
    std::int64_t num_envs = 1;       // environments that feed one table
    TestPolicy test_policy = TestPolicy::greedy;
    std::int64_t checkpoints = 20;
};

// Throws ConfigError for an environment without numbered states, for tables too large for their
// indices, and for a process that never ends without a number of steps.
void check_tabular(const TabularSettings& settings, const EnvironmentEntry& entry,
                   const WorldSettings& world, std::int64_t states);

}  // namespace lockstep

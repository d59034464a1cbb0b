// The tabular agents that learn from experience: Q-learning, SARSA, expected SARSA, double Q, and
// bandits, which are Q-learning without a next state.
//
// Must not:  know lanes.
// Invariant: they differ in their target and in their defaults alone.
#pragma once

#include <lockstep/agents/tabular/settings.hpp>

namespace lockstep {

Agent q_learning_agent();
Agent sarsa_agent();
Agent expected_sarsa_agent();
Agent double_q_agent();
Agent bandit_agent();

// What the values given for an agent's parameters mean. Throws ConfigError on values that do not go
// together.
TabularSettings tabular_settings(const TrainConfig& config, const Agent& agent);

// What config.test_episodes test episodes return when each table is played as the agent's
// `test_policy` says, as TrainResult::test_scores; an empty table, of a learner that failed or has
// not begun, plays none. Throws ConfigError where the tables do not fit
// the environment.
std::vector<double> table_scores(const TrainConfig& config, const Agent& agent,
                                 const std::vector<LearntTable>& tables);

// The first `most_steps` actions that the table takes in test episode `episode` of config.seed.
// Throws likewise.
std::vector<std::int32_t> table_actions(const TrainConfig& config, const Agent& agent,
                                        const LearntTable& table, std::uint32_t episode,
                                        std::int32_t most_steps);

}  // namespace lockstep

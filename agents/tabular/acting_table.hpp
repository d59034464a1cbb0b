// Tables of values as they act in tests, whatever made them.
//
// Must not:  know how they were made.
// Invariant: a table scores the same when it is read from a file as at the end of its training.
#pragma once

#include <lockstep/agent.hpp>

#include "agents/tabular/settings.hpp"

namespace lockstep {

struct ActingTable {
    TabularSettings settings;  // tests use only exploration and ties
};

// Throws ConfigError if the agent has no tables.
std::vector<ActingTable> acting_tables(const TrainConfig& config, const Agent& agent);

// Plays config.test_episodes test episodes by each table; returns TrainResult::test_scores. An
// empty table belongs to a learner that failed or has not begun, and plays none. A single element
// of `acting` serves all. Throws ConfigError if the tables do not fit the environment.
std::vector<double> table_scores(const TrainConfig& config, std::span<const ActingTable> acting,
                                 const std::vector<LearntTable>& tables);

// The first `max_steps` actions that the table takes in test episode `episode` of config.seed.
// Throws as table_scores does.
std::vector<std::int32_t> table_actions(const TrainConfig& config, const ActingTable& acting,
                                        const LearntTable& table, std::uint32_t episode,
                                        std::int32_t max_steps);

}  // namespace lockstep

// Tables of values as they act in tests, whatever made them.
//
// Must not:  know how they were made.
// Invariant: a table scores the same when it is read from a file as at the end of its training.
#pragma once

#include <lockstep/agent.hpp>

#include "agents/tabular/settings.hpp"

namespace lockstep {

struct ActingTable {
    TabularSettings settings;  // of which those count that tests know: exploration, ties
};

// Throws ConfigError where the agent has no tables.
std::vector<ActingTable> acting_tables(const TrainConfig& config, const Agent& agent);

// What config.test_episodes test episodes return when each table is played, as
// TrainResult::test_scores; an empty table, of a learner that failed or has not begun, plays none.
// One element of `acting` serves all. Throws ConfigError where the tables do not fit the
// environment.
std::vector<double> table_scores(const TrainConfig& config, std::span<const ActingTable> acting,
                                 const std::vector<LearntTable>& tables);

// The first `max_steps` actions that the table takes in test episode `episode` of config.seed.
// Throws likewise.
std::vector<std::int32_t> table_actions(const TrainConfig& config, const ActingTable& acting,
                                        const LearntTable& table, std::uint32_t episode,
                                        std::int32_t max_steps);

}  // namespace lockstep

// The test that every agent passes, ours and a user's.
//
// Must not:  know any agent.
// Invariant: what it finds does not depend on chance: seeds are fixed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <lockstep/train.hpp>

namespace lockstep::testing {

// Trains the agent with `config`, of which learners, seeds, threads and states are the test's own,
// and reports in words what breaks the contract of agents: the same bits on any number of threads
// and every instruction set of this CPU; a learner alone is what it is in the crowd, also where
// learners differ in their settings; one that is stopped and goes on ends with the bits of one that
// was not, and so does one that goes on with a larger budget, where the agent calls it resumable;
// states that are damaged are refused, and so are settings out of their range. Empty: nothing was
// found. Throws ConfigError where there is no such agent, or `config` does not fit it.
std::vector<std::string> check_agent(std::string_view id, const TrainConfig& config);

}  // namespace lockstep::testing

// The list of agents, by id.
//
// Must not:  be known to an agent.
// Invariant: an id names one agent, for as long as the program runs.
#pragma once

#include <deque>
#include <string_view>

#include <lockstep/agents/agent/agent.hpp>

namespace lockstep {

// All agents, built-in ones first.
const std::deque<Agent>& agents();

// Registers an agent: from a static object's constructor or before any training, since it is not
// thread-safe. Throws ConfigError if the id is taken.
void register_agent(Agent agent);

// Throws ConfigError, naming the nearest known id.
const Agent& find_agent(std::string_view id);

// Trains with the agent of that id; throws as find_agent and train do.
TrainResult train(std::string_view id, const TrainConfig& config,
                  const ProgressCallback& progress = {});

}  // namespace lockstep

// The agents there are, by id.
//
// Must not:  be known to an agent.
// Invariant: an id names one agent, for as long as the program runs.
#pragma once

#include <deque>
#include <string_view>

#include <lockstep/agents/agent/agent.hpp>

namespace lockstep {

// All of them, built-in ones first.
const std::deque<Agent>& agents();

// Makes an agent known: by a static object's constructor, or before anything is trained, since it
// is not for several threads at once. Throws ConfigError where the id is taken.
void register_agent(Agent agent);

// Throws ConfigError, naming the nearest known id.
const Agent& find_agent(std::string_view id);

// Trains by the agent of that name; throws as both do.
TrainResult train(std::string_view id, const TrainConfig& config,
                  const ProgressCallback& progress = {});

}  // namespace lockstep

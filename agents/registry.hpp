// The agents there are, by id.
//
// Must not:  be known to an agent.
// Invariant: an id names one agent.
#pragma once

#include <span>
#include <string_view>

#include <lockstep/agents/agent/agent.hpp>
#include <lockstep/agents/registry.hpp>

namespace lockstep {

std::span<const Agent> agents();

// Throws ConfigError, naming the nearest known id.
const Agent& find_agent(std::string_view id);

}  // namespace lockstep

// REINFORCE as an agent.
//
// Must not:  know lanes.
// Invariant: the defaults are those of the tutorial that the agent's source names.
#pragma once

#include <lockstep/agents/agent/agent.hpp>
#include <lockstep/agents/reinforce/lanes.hpp>

namespace lockstep {

Agent reinforce_agent();

ReinforceSettings reinforce_settings(const TrainConfig& config, const Agent& agent);

}  // namespace lockstep

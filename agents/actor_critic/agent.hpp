// The agents that learn a policy together with a value: actor-critic, A2C and PPO.
//
// Must not:  know how lanes are filled.
// Invariant: the three differ in the defaults of their parameters alone.
#pragma once

#include <lockstep/agents/actor_critic/settings.hpp>
#include <lockstep/agents/agent/agent.hpp>

namespace lockstep {

ActorCriticSettings actor_critic_settings(const TrainConfig& config, const Agent& agent);

Agent actor_critic_agent();
Agent a2c_agent();
Agent ppo_agent();

}  // namespace lockstep

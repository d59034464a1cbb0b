// Actor-critic learners whose worlds fill the lanes: one learner, thousands of worlds.
//
// Must not:  choose settings; the agents do.
// Invariant: a learner's bits depend on configuration and seed alone.
#pragma once

#include <span>

#include <lockstep/agent.hpp>

#include "agents/actor_critic/settings.hpp"

namespace lockstep {

// Throws ConfigError where BatchPlan does.
void check_batched(const TrainConfig& config, const ActorCriticSettings& settings);

// Learner after learner, each with all threads and settings of its own, or the only ones, which
// differ in what learners may call their own. Throws ConfigError where BatchPlan does, and where a
// state is not of such a learner.
TrainResult train_batched(const TrainConfig& config, std::span<const ActorCriticSettings> settings,
                          const ProgressCallback& progress);

}  // namespace lockstep

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

// Trains one learner after another, each on all threads. Each has its own settings, or all share
// the only ones; they may differ only in per-learner settings. Throws ConfigError where BatchPlan
// does, and on a state that does not belong to such a learner.
TrainResult train_batched(const TrainConfig& config, std::span<const ActorCriticSettings> settings,
                          const ProgressCallback& progress);

}  // namespace lockstep

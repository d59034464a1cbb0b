// Populations of deep Q learners: one learner a lane, each with its own network, past and world.
//
// Owns:      when learners act, wait and learn: those that are about to learn wait for others, so
//            that a vector learns at once.
// Must not:  let the waiting reach what a learner does.
// Invariant: learner i is a function of its seed and settings: the same bits in any lane, beside
//            any neighbours, on any number of threads and any instruction set.
#pragma once

#include <span>

#include <lockstep/agent.hpp>

#include "agents/deep_q/settings.hpp"
#include "agents/network/acting_network.hpp"

namespace lockstep {

// The network of a learner in a world of so many inputs and actions. Throws ConfigError as
// make_shape does.
NetworkShape q_shape(const DeepQSettings& settings, int inputs, int actions);

// How such a network acts: by the highest value.
ActingNetwork q_network(const NetworkShape& shape, int actions);

// Trains learner_count(config) learners, each with its element of `settings`, or all with the only
// one; learner i has learner_seed(config, i). Of each, the weights are kept that played its best
// episode, the last of equals. Throws ConfigError: settings that do not go together, memory that is
// not there, or a world that never ends.
// check_deep_q throws it, too, without training, and where config.max_steps stops every learner.
template <class Real>
TrainResult train_deep_q(const TrainConfig& config, std::span<const DeepQSettings> settings,
                         const ProgressCallback& progress);

void check_deep_q(const TrainConfig& config, std::span<const DeepQSettings> settings);

}  // namespace lockstep

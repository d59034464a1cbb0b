// Populations of deep Q learners: one learner per lane, each with its own network, replay memory
// and environment.
//
// Owns:      when learners act, wait and learn: those about to learn wait for others, so that a
//            whole vector learns at once.
// Must not:  let the waiting affect what a learner does.
// Invariant: learner i is a function of its seed and settings: the same bits in any lane, beside
//            any neighbors, on any number of threads and any instruction set.
#pragma once

#include <span>

#include <lockstep/agent.hpp>

#include "agents/deep_q/settings.hpp"
#include "agents/network/acting_network.hpp"

namespace lockstep {

// The network of a learner in an environment with this many inputs and actions. Throws ConfigError
// as make_shape does.
NetworkShape q_shape(const DeepQSettings& settings, int inputs, int actions);

// How such a network acts: by the highest value.
ActingNetwork q_network(const NetworkShape& shape, int actions);

// Trains learner_count(config) learners, each with its element of `settings`, or all with the only
// one; learner i has learner_seed(config, i). Each learner keeps the weights that played its best
// episode, the last among equals. Throws ConfigError for settings that do not fit together, lack of
// memory, or an environment that never ends. check_deep_q throws the same without training, and
// where config.max_steps stops every learner.
template <class Real>
TrainResult train_deep_q(const TrainConfig& config, std::span<const DeepQSettings> settings,
                         const ProgressCallback& progress);

void check_deep_q(const TrainConfig& config, std::span<const DeepQSettings> settings);

}  // namespace lockstep

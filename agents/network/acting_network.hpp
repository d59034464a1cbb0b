// Trained networks as they act: described by their agent, scored on fresh episodes.
//
// Must not:  know how they learned.
// Invariant: a network scores the same when it is read from a file as at the end of its training.
#pragma once

#include <span>
#include <vector>

#include "agents/network/network_env.hpp"

namespace lockstep {

struct ActingNetwork {
    NetworkShape shape;
    ActionOutputs outputs;
    bool greedy = true;           // else actions are drawn
    std::int32_t parameters = 0;  // that a learner has: those of `shape`, and any others after them
};

// The agent's networks under config's environment and settings. Throws ConfigError as NetworkEnv
// and make_shape do, and where the agent has no networks.
ActingNetwork acting_network(const TrainConfig& config, const Agent& agent);
// The same, for an agent's own function.
template <class S>
ActingNetwork acting_network(const TrainConfig& config,
                             void (*network)(const S&, int, ActionShape, ActingNetwork&),
                             const S& settings) {
    const NetworkEnv<float> env(config);
    ActingNetwork acting;
    network(settings, env.inputs(), env.action_shape(), acting);
    return acting;
}

// Throws ConfigError if the network has another size.
void check_size(const ActingNetwork& acting, const std::vector<double>& network);

// Plays config.test_episodes test episodes by each network; returns TrainResult::test_scores.
// Network i plays those of learner i's seed; an empty one belongs to a failed learner and plays
// none. Returns nothing if config's stop cuts the tests short. Throws ConfigError on networks of
// another size.
std::vector<double> network_scores(const TrainConfig& config, const ActingNetwork& acting,
                                   std::span<const std::vector<double>> networks);
std::vector<double> network_scores(const TrainConfig& config, const Agent& agent,
                                   std::span<const std::vector<double>> networks);

// Adds the scores of its networks to the result, unless training or its tests were stopped.
TrainResult scored(TrainResult result, const TrainConfig& config, const ActingNetwork& acting);

}  // namespace lockstep

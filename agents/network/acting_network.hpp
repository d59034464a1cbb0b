// Networks that have learnt, as they act: told by their agent, scored on fresh episodes.
//
// Must not:  know how they learnt.
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
    std::int32_t parameters = 0;  // that a learner has: those of `shape`, and others behind them
};

// What config's environment and settings make of the agent's networks. Throws ConfigError as
// NetworkWorld and make_shape do, and where the agent has no networks.
ActingNetwork acting_network(const TrainConfig& config, const Agent& agent);
// The same of an agent's own function.
template <class S>
ActingNetwork acting_network(const TrainConfig& config,
                             void (*network)(const S&, int, ActionShape, ActingNetwork&),
                             const S& settings) {
    const NetworkEnv<float> env(config);
    ActingNetwork acting;
    network(settings, env.inputs(), env.action_shape(), acting);
    return acting;
}

// Throws ConfigError on a network of another size.
void check_size(const ActingNetwork& acting, const std::vector<double>& network);

// What config.test_episodes test episodes return, as TrainResult::test_scores. Network i plays
// those of learner i's seed; an empty one, of a learner that failed, plays none. Nothing where
// config's stop cuts the tests short. Throws ConfigError on networks of another size.
std::vector<double> network_scores(const TrainConfig& config, const ActingNetwork& acting,
                                   std::span<const std::vector<double>> networks);
std::vector<double> network_scores(const TrainConfig& config, const Agent& agent,
                                   std::span<const std::vector<double>> networks);

// The result with the scores of its networks, unless training was stopped, or its tests are.
TrainResult scored(TrainResult result, const TrainConfig& config, const ActingNetwork& acting);

}  // namespace lockstep


#include "agents/network/acting_network.hpp"

#include <algorithm>
#include <string>

#include <lockstep/error.hpp>
#include <lockstep/evaluation.hpp>

#include "engine/machine/parallel.hpp"

namespace lockstep {
namespace {

template <class Real>
std::vector<double> scores_in(const TrainConfig& config, const ActingNetwork& acting,
                              std::span<const std::vector<double>> networks) {
    const NetworkEnv<Real> world(config);
    for (const std::vector<double>& network : networks)
        if (!network.empty()) check_size(acting, network);
    std::vector<std::vector<double>> returns(networks.size());
    Workers(config.threads).for_each(std::ssize(networks), [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(i);
        if (networks[at].empty()) return;
        const std::vector<Real> parameters(networks[at].begin(), networks[at].end());
        returns[at] = world.test(acting.shape, acting.outputs, parameters, acting.greedy,
                                 learner_seed(config, i), config.test_episodes, config.stop);
    });
    const auto untested = [&](const std::vector<double>& network) {
        return !network.empty() &&
               returns[static_cast<std::size_t>(&network - networks.data())].empty();
    };
    if (std::ranges::any_of(networks, untested)) return {};
    return scores_of(config, returns);
}

}  // namespace

ActingNetwork acting_network(const TrainConfig& config, const Agent& agent) {
    if (!agent.network) throw ConfigError(agent.id + " has no networks");
    const NetworkEnv<float> world(config);
    ActingNetwork acting;
    agent.network(config, world.inputs(), world.action_shape(), acting);
    return acting;
}

void check_size(const ActingNetwork& acting, const std::vector<double>& network) {
    if (std::ssize(network) == acting.parameters) return;
    throw ConfigError("a network of " + std::to_string(network.size()) +
                      " parameters, where its settings make one of " +
                      std::to_string(acting.parameters));
}

std::vector<double> network_scores(const TrainConfig& config, const ActingNetwork& acting,
                                   std::span<const std::vector<double>> networks) {
    return config.precision == Precision::f32 ? scores_in<float>(config, acting, networks)
                                              : scores_in<double>(config, acting, networks);
}
std::vector<double> network_scores(const TrainConfig& config, const Agent& agent,
                                   std::span<const std::vector<double>> networks) {
    return network_scores(config, acting_network(config, agent), networks);
}

TrainResult scored(TrainResult result, const TrainConfig& config, const ActingNetwork& acting) {
    if (result.stopped) return result;
    result.test_scores = network_scores(config, acting, result.networks);
    const auto learnt = [](const std::vector<double>& network) { return !network.empty(); };
    result.stopped = result.test_scores.empty() && config.test_episodes > 0 &&
                     std::ranges::any_of(result.networks, learnt);
    return result;
}

}  // namespace lockstep

// The deep Q networks of "Hands-On Machine Learning", chapter 18, and the networks of the slides.

#include <string>

#include <lockstep/agents/deep_q/deep_q.hpp>
#include <lockstep/agents/replay/torch_replay.hpp>
#include <lockstep/agents/statistics.hpp>
#include <lockstep/tools/experiments/comparison.hpp>
#include <lockstep/tools/experiments/lists.hpp>

namespace lockstep {
namespace {

constexpr std::int64_t learners = 64, test_episodes = 50;

// The tutorial's loop ends an episode after 200 steps.
TrainConfig cartpole(const Common& common, double limit) {
    TrainConfig config{.env = "CartPole-v1",
                       .seed = common.seed_or_zero(),
                       .learners = learners,
                       .threads = common.threads,
                       .test_episodes = test_episodes};
    set(config.env_settings, find_environment(config.env).tables.info(),
        "max_episode_steps=" + std::to_string(static_cast<int>(limit)));
    return config;
}

// Mean test returns of the networks where episodes last up to 500 steps.
std::vector<double> longer_tests(const Common& common, const DeepQSettings& settings,
                                 const TrainResult& result) {
    const TrainConfig config = cartpole(common, 500);
    const NetworkWorld<float> world(config);
    const NetworkShape shape = q_shape(world, settings);
    std::vector<double> means;
    for (std::size_t i = 0; i < result.networks.size(); ++i) {
        const auto& network = result.networks[i];
        const std::vector<float> weights(network.begin(), network.end());
        means.push_back(mean(world.test(shape, {0, world.actions()}, weights, true,
                                        config.seed + i, test_episodes)));
    }
    return means;
}

Findings learn(const Common& common, const Json& published, const Progress& progress,
               const DeepQSettings& settings) {
    constexpr int windows = 12;
    const TrainResult result =
        train_deep_q<float>(cartpole(common, 200), {&settings, 1}, windows, progress);
    Comparison comparison(published);
    Json curve = Json::array();
    for (const Checkpoint& point : result.curve) {
        const std::string name = "at_" + std::to_string(point.at);
        curve.push_back({{"at", point.at},
                         {"mean", mean(point.values)},
                         {"sd", standard_deviation(point.values)}});
        if (published.at("reference").contains(name)) comparison.add_mean(name, point.values);
    }
    comparison.add_mean("greedy_200", result.test_scores);
    comparison.add_mean("greedy_500", longer_tests(common, settings, result));
    comparison.add_only_measured("last_checkpoint", mean(result.curve.back().values));
    Findings findings = comparison.finish(standard_deviation(result.curve.back().values));
    findings.tables["curve"] = curve;
    return findings;
}

// The deep Q networks of "Hands-On Machine Learning", chapter 18, and the networks of the slides.

#include <string>

#include <lockstep/statistics.hpp>

#include "agents/deep_q/population.hpp"
#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"
#include "tools/reproduce/systems/torch_replay.hpp"

namespace lockstep {
namespace {

constexpr std::int64_t deep_q_learners = 64, test_episodes = 50;

// The tutorial's loop ends an episode after 200 steps.
TrainConfig cartpole(const Common& common, double limit) {
    TrainConfig config{.env = "CartPole-v1",
                       .seed = common.seed_or_zero(),
                       .learners = deep_q_learners,
                       .threads = common.threads,
                       .test_episodes = test_episodes};
    set(config.env_settings, find_environment(config.env).tables.about(),
        "max_episode_steps=" + std::to_string(static_cast<int>(limit)));
    return config;
}

// Mean test returns of the networks with episodes of up to 500 steps.
std::vector<double> longer_tests(const Common& common, const DeepQSettings& settings,
                                 const TrainResult& result) {
    const TrainConfig config = cartpole(common, 500);
    const NetworkEnv<float> world(config);
    const NetworkShape shape = q_shape(settings, world.inputs(), world.actions());
    return network_scores(config, q_network(shape, world.actions()), result.networks);
}

// Means of the fifty episodes that end at `end`, one per learner.
std::vector<double> window(const TrainResult& result, std::size_t end) {
    constexpr std::size_t length = 50;
    std::vector<double> means(result.curve[end - 1].values.size());
    for (std::size_t e = end - length; e < end; ++e)
        for (std::size_t i = 0; i < means.size(); ++i)
            means[i] += result.curve[e].values[i] / double{length};
    return means;
}

ExperimentResult learn(const Common& common, const Json& published,
                       const ProgressCallback& progress, const DeepQSettings& settings) {
    DeepQSettings every = settings;
    every.checkpoints = settings.episodes;
    const TrainResult result = train_deep_q<float>(cartpole(common, 200), {&every, 1}, progress);
    Comparison comparison(published);
    Json curve = Json::array();
    for (std::size_t end = 50; end <= result.curve.size(); end += 50) {
        const std::vector<double> means = window(result, end);
        const std::string name = "at_" + std::to_string(end);
        if (published.at("reference").contains(name)) comparison.add_mean(name, means);
        curve.push_back({{"at", end}, {"mean", mean(means)}, {"sd", standard_deviation(means)}});
    }
    comparison.add_mean("last_episode", result.curve.back().values);
    comparison.add_mean("greedy_200", result.test_scores);
    comparison.add_mean("greedy_500", longer_tests(common, settings, result));
    ExperimentResult findings = comparison.finish();
    findings.tables["curve"] = curve;
    return findings;
}

ExperimentResult plain(const Common& common, const Json& published,
                       const ProgressCallback& progress) {
    return learn(common, published, progress, {});
}
ExperimentResult fixed_targets(const Common& common, const Json& published,
                               const ProgressCallback& progress) {
    return learn(common, published, progress, {.target = TargetNetwork::hard});
}
ExperimentResult double_q(const Common& common, const Json& published,
                          const ProgressCallback& progress) {
    return learn(common, published, progress, {.double_q = true, .target = TargetNetwork::hard});
}
ExperimentResult dueling(const Common& common, const Json& published,
                         const ProgressCallback& progress) {
    DeepQSettings settings{.double_q = true, .dueling = true, .target = TargetNetwork::hard};
    settings.optimizer.learning_rate = 0.005;
    return learn(common, published, progress, settings);
}

// PyTorch rounds to f32, and sums in another order.
constexpr double within_torch = 1e-5;

ExperimentResult slides_dqn(const Common&, const Json& published, const ProgressCallback&) {
    const auto run = replay_slides_dqn<float>(5, 0, default_isa());
    Comparison comparison(published);
    for (std::size_t k = 0; k < run.q_after.size(); ++k) {
        for (std::size_t a = 0; a < run.q_after[k].size(); ++a) {
            comparison.add_exact("update_" + std::to_string(k + 1) + "_q" + std::to_string(a),
                                 run.q_after[k][a], within_torch);
        }
    }
    double sum = 0, squares = 0;
    for (const double w : run.weights) sum += w, squares += w * w;
    comparison.add_exact("weights_sum", sum, within_torch);
    comparison.add_exact("weights_square_sum", squares, within_torch);
    comparison.add_exact("bias_0", run.weights.end()[-2], within_torch);
    comparison.add_exact("bias_1", run.weights.end()[-1], within_torch);
    return comparison.finish();
}

ExperimentResult slides_value(const Common&, const Json& published, const ProgressCallback&) {
    constexpr int runs = 20;
    const std::vector<int> counts = {0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
    const auto estimates = replay_slides_value<float>(runs, counts, default_isa());
    Comparison comparison(published);
    for (std::size_t k = 0; k < counts.size(); ++k) {
        double sum = 0;
        for (const auto& run : estimates) sum += run[k];
        const std::string after = "after_" + std::to_string(counts[k]);
        comparison.add_exact("mean_" + after, sum / runs, within_torch);
        comparison.add_exact("seed_0_" + after, estimates[0][k], within_torch);
    }
    return comparison.finish();
}

}  // namespace

std::span<const Experiment> deep_q_experiments() {
    static constexpr Experiment rows[] = {
        {"dqn",
         "tutorial 001, deep Q learning of CartPole: the first network; 64 learners, 600 episodes",
         R"({"last_episode": 200, "reference": {"what": "the tutorial restated in NumPy, twenty runs",
             "at_50": 22.906, "at_100": 20.932, "at_200": 29.799, "at_300": 76.054,
             "at_400": 157.574, "at_500": 169.085, "at_550": 175.785, "at_600": 175.97,
             "last_episode": 176, "greedy_200": 189.383, "greedy_500": 298.558,
             "standard_error": {"at_50": 0.711, "at_100": 0.35, "at_200": 1.247, "at_300": 5.772,
                 "at_400": 6.16, "at_500": 8.696, "at_550": 8.953, "at_600": 8.717,
                 "last_episode": 9.061, "greedy_200": 4.444, "greedy_500": 25.309}}})",
         plain},
        {"dqn-fixed",
         "tutorial 001, deep Q learning of CartPole: fixed targets; 64 learners, 600 episodes",
         R"({"last_episode": 200, "reference": {"what": "the tutorial restated in NumPy, twenty runs",
             "at_50": 22.906, "at_100": 20.404, "at_200": 21.835, "at_300": 35.679,
             "at_400": 116.946, "at_500": 149.017, "at_550": 142.239, "at_600": 143.587,
             "last_episode": 156.95, "greedy_200": 184.4, "greedy_500": 272.53,
             "standard_error": {"at_50": 0.711, "at_100": 0.395, "at_200": 1.195, "at_300": 3.029,
                 "at_400": 10.473, "at_500": 8.555, "at_550": 10.318, "at_600": 8.718,
                 "last_episode": 11.772, "greedy_200": 4.21, "greedy_500": 24.008}}})",
         fixed_targets},
        {"dqn-double",
         "tutorial 001, deep Q learning of CartPole: double Q; 64 learners, 600 episodes",
         R"({"reference": {"what": "the tutorial restated in NumPy, twenty runs",
             "at_50": 22.906, "at_100": 22.12, "at_200": 21.265, "at_300": 44.551,
             "at_400": 113.297, "at_500": 134.411, "at_550": 129.154, "at_600": 143.044,
             "last_episode": 143.5, "greedy_200": 183.519, "greedy_500": 255.615,
             "standard_error": {"at_50": 0.711, "at_100": 0.482, "at_200": 0.63, "at_300": 4.146,
                 "at_400": 7.388, "at_500": 8.761, "at_550": 10.988, "at_600": 10.986,
                 "last_episode": 14.748, "greedy_200": 5.13, "greedy_500": 21.947}}})",
         double_q},
        {"dqn-dueling",
         "tutorial 001, deep Q learning of CartPole: dueling, with double Q; 64 learners, 600 "
         "episodes",
         R"({"last_episode": 137, "reference": {"what": "the tutorial restated in NumPy, twenty runs",
             "at_50": 21.458, "at_100": 22.641, "at_200": 22.105, "at_300": 42.74,
             "at_400": 86.801, "at_500": 131.252, "at_550": 155.513, "at_600": 152.584,
             "last_episode": 173.9, "greedy_200": 192.44, "greedy_500": 322.612,
             "standard_error": {"at_50": 0.467, "at_100": 0.605, "at_200": 1.237, "at_300": 3.561,
                 "at_400": 8.659, "at_500": 9.097, "at_550": 7.386, "at_600": 8.188,
                 "last_episode": 9.689, "greedy_200": 2.369, "greedy_500": 24.816}}})",
         dueling},
        {"slides-dqn", "the slides' DQN agent, 4-64-64-2, from torch.manual_seed(0): five updates",
         R"({"reference": {"what": "the slides' program under PyTorch 1.13",
             "update_1_q0": 0.2016411, "update_1_q1": 0.0136217, "update_2_q0": 0.2209702,
             "update_2_q1": -0.0205369, "update_3_q0": 0.2128503, "update_3_q1": 0.0293222,
             "update_4_q0": 0.241986, "update_4_q1": 0.0520927, "update_5_q0": 0.3047291,
             "update_5_q1": 0.0246184, "weights_sum": -10.6295485,
             "weights_square_sum": 47.370788, "bias_0": 0.1158974, "bias_1": 0.1036502}})",
         slides_dqn},
        {"slides-value",
         "the slides' value network, 4-64-1: one state is worth 10; torch.manual_seed 0 to 19",
         R"({"reference": {"what": "the slides' program under PyTorch 1.13",
             "mean_after_0": -0.0546758, "mean_after_1": 0.1282085, "mean_after_2": 0.309472,
             "mean_after_5": 0.8594223, "mean_after_10": 1.8948868, "mean_after_20": 4.8777121,
             "mean_after_50": 10.6289132, "mean_after_100": 9.9852858,
             "mean_after_200": 10.0000576, "mean_after_500": 10.0, "mean_after_1000": 10.0,
             "seed_0_after_0": 0.4730725, "seed_0_after_1": 0.6588686,
             "seed_0_after_2": 0.8518473, "seed_0_after_5": 1.4699478,
             "seed_0_after_10": 2.7130365, "seed_0_after_20": 6.2694497,
             "seed_0_after_50": 10.0363865, "seed_0_after_100": 9.9259853,
             "seed_0_after_200": 9.9996424, "seed_0_after_500": 10.0, "seed_0_after_1000": 10.0}})",
         slides_value},
    };
    return rows;
}

}  // namespace lockstep

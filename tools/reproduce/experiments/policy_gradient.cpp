// Policy gradients on CartPole in the three forms of the tutorials.

#include <algorithm>
#include <string>
#include <vector>

#include <lockstep/statistics.hpp>

#include "agents/reinforce/population.hpp"
#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"

namespace lockstep {
namespace {

constexpr std::int64_t gradient_learners = 256;

// [learner][episode].
using Returns = std::vector<std::vector<double>>;

struct Task {
    std::string env = "CartPole-v1";
    int limit;  // steps of an episode
    std::int64_t learners = gradient_learners;
    // Returns are counted up to here: 500, as in the reference for a tutorial that has no limit.
    double most = 500;
};

Returns learn(const Common& common, const ReinforceSettings& settings, const Task& task,
              const ProgressCallback& progress) {
    TrainConfig config{.env = task.env, .seed = common.seed_or_zero(), .threads = common.threads};
    config.env_settings.max_episode_steps = task.limit;
    Returns returns(static_cast<std::size_t>(task.learners));
    ReinforcePopulation<float>(config, settings)
        .learn(
            {&settings, 1}, task.learners, {},
            [&](const TrainedNetwork<float>& one) {
                auto& own = returns[static_cast<std::size_t>(one.learner)];
                for (const float r : one.returns) own.push_back(std::min<double>(r, task.most));
            },
            progress);
    return returns;
}

// Means of the `length` episodes that end at `end`, one per learner.
std::vector<double> window(const Returns& returns, std::size_t end, std::size_t length) {
    std::vector<double> means;
    for (const auto& own : returns)
        means.push_back(mean(std::span(own).subspan(end - length, length)));
    return means;
}

double share_from(const std::vector<double>& values, double bound) {
    const auto from = std::ranges::count_if(values, [&](double v) { return v >= bound; });
    return static_cast<double>(from) / static_cast<double>(values.size());
}

// Compares windows that end at the checkpoints of the reference, in units of `unit` episodes.
ExperimentResult compare(const Returns& returns, const Json& published, std::size_t length,
                         std::size_t unit) {
    Comparison comparison(published);
    Json curve = Json::array();
    for (std::size_t end = length; end <= returns[0].size(); end += length) {
        const std::vector<double> means = window(returns, end, length);
        const std::string name = "at_" + std::to_string(end / unit);
        if (published.at("reference").contains(name)) comparison.add_mean(name, means);
        if (published.contains(name)) {
            const double share = share_from(means, published.at(name).get<double>());
            comparison.add("share_from_published",
                           estimate_share(share, static_cast<double>(means.size())));
        }
        curve.push_back({{"at", end / unit},
                         {"mean", mean(means)},
                         {"iqm", interquartile_mean(means)},
                         {"sd", standard_deviation(means)}});
    }
    ExperimentResult findings = comparison.finish();
    findings.tables["curve"] = curve;
    return findings;
}

// The tutorial's loop ends when the pole falls; the reference cuts after 20,000 steps.
ExperimentResult tutorial_000(const Common& common, const Json& published,
                              const ProgressCallback& progress) {
    ReinforceSettings settings;
    settings.network.activations = {Activation::relu, Activation::identity};
    settings.optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0.5};
    settings.loss = PolicyLoss::square;
    return compare(learn(common, settings, {.limit = 20'000}, progress), published, 50, 1);
}

ExperimentResult tutorial_003(const Common& common, const Json& published,
                              const ProgressCallback& progress) {
    ReinforceSettings settings;
    settings.network.activations = {Activation::relu, Activation::identity};
    settings.network.bias = false;
    settings.optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0.01};
    settings.loss = PolicyLoss::square;
    settings.gradient = GradientScale::sum;
    return compare(learn(common, settings, {.limit = 500}, progress), published, 50, 1);
}

ExperimentResult tutorial_001(const Common& common, const Json& published,
                              const ProgressCallback& progress) {
    ReinforceSettings settings;
    settings.network = {.hidden = {5}, .initialization = Initialization::glorot_uniform};
    settings.optimizer = {
        .kind = OptimizerKind::nadam, .learning_rate = 0.01, .epsilon = 1e-7, .weight_decay = 1};
    settings.episodes = 1500;
    settings.update_every = 10;
    settings.gamma = 0.95;
    return compare(learn(common, settings, {.limit = 200}, progress), published, 10, 10);
}

ExperimentResult tutorial_001_lander(const Common& common, const Json& published,
                                     const ProgressCallback& progress) {
    ReinforceSettings settings;
    settings.network = {.hidden = {32, 32}, .initialization = Initialization::glorot_uniform};
    settings.optimizer = {
        .kind = OptimizerKind::nadam, .learning_rate = 0.005, .epsilon = 1e-7, .weight_decay = 1};
    settings.episodes = 200 * 16;
    settings.update_every = 16;
    settings.gamma = 0.99;
    const Task task{.env = "LunarLander-v3", .limit = 1000, .learners = 64, .most = 1e9};
    return compare(learn(common, settings, task, progress), published, 16, 16);
}

}  // namespace

std::span<const Experiment> policy_gradient_experiments() {
    static constexpr Experiment rows[] = {
        {"reinforce-000",
         "tutorial 000, policy learning of CartPole: 4-10-10-1, averaged gradients, rate 0.5; "
         "means of "
         "fifty episodes, 256 learners",
         R"({"reference": {"what": "the tutorial's program, forty runs, episodes cut after 20,000 steps",
             "at_100": 29.47, "at_200": 47.066, "at_300": 72.72, "at_400": 105.488,
             "at_500": 130.968, "at_600": 175.081, "at_700": 205.999, "at_800": 232.059,
             "at_900": 257.645, "at_1000": 266.082,
             "standard_error": {
                 "at_100": 1.499, "at_200": 4.049, "at_300": 6.002, "at_400": 9.832,
                 "at_500": 10.41, "at_600": 13.819, "at_700": 14.799, "at_800": 14.548,
                 "at_900": 16.12, "at_1000": 16.506}}})",
         tutorial_000},
        {"reinforce-003",
         "tutorial 003, policy learning of CartPole: no bias, summed gradients, rate 0.01; "
         "likewise",
         R"({"reference": {"what": "the tutorial's program, forty runs",
             "at_100": 26.532, "at_200": 32.896, "at_300": 42.579, "at_400": 54.453,
             "at_500": 71.513, "at_600": 93.771, "at_700": 122.439, "at_800": 146.055,
             "at_900": 185.719, "at_1000": 217.453,
             "standard_error": {
                 "at_100": 0.938, "at_200": 2.088, "at_300": 3.87, "at_400": 5.111,
                 "at_500": 7.752, "at_600": 9.269, "at_700": 11.074, "at_800": 12.505,
                 "at_900": 16.151, "at_1000": 15.761}}})",
         tutorial_003},
        {"reinforce-001",
         "tutorial 001, neural network policies: 4-5-1, Nadam, ten episodes an update; means of an "
         "iteration, 256 learners",
         R"({"at_150": 190.3, "reference": {"what": "the tutorial restated in NumPy with Keras's Nadam, thirty runs",
             "at_1": 20.8, "at_10": 24.41, "at_25": 33.74, "at_50": 53.71, "at_75": 88.72,
             "at_100": 126.137, "at_125": 156.653, "at_150": 170.713,
             "share_from_published": 0.3,
             "standard_error": {
                 "at_1": 0.909, "at_10": 1.164, "at_25": 2.206, "at_50": 4.529,
                 "at_75": 8.218, "at_100": 9.556, "at_125": 8.613, "at_150": 5.478,
                 "share_from_published": 0.084}}})",
         tutorial_001},
        {"reinforce-lunarlander",
         "tutorial 001, exercise on LunarLander: 8-32-32-4, Nadam, sixteen episodes an update; "
         "means of an iteration, 64 learners",
         R"({"at_200": 167.1, "reference": {"what": "the tutorial restated in NumPy on the real LunarLander-v3, ten runs",
             "at_1": -226.6, "at_25": -125.77, "at_50": -63.9, "at_75": -21.53, "at_100": 44.63,
             "at_125": 87.82, "at_150": 114.37, "at_175": 138.45, "at_200": 132.0,
             "share_from_published": 0.3,
             "standard_error": {
                 "at_1": 18.42, "at_25": 5.56, "at_50": 8.26, "at_75": 7.8, "at_100": 14.92,
                 "at_125": 10.62, "at_150": 15.54, "at_175": 15.72, "at_200": 22.46,
                 "share_from_published": 0.145}}})",
         tutorial_001_lander},
    };
    return rows;
}

}  // namespace lockstep

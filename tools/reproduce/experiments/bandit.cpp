// The slides' bandit: five arms, a thousand pulls, three ways to choose; a hundred thousand runs
// each.

#include <array>
#include <string>
#include <vector>

#include "agents/tabular/population.hpp"
#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"

namespace lockstep {
namespace {

constexpr std::size_t arms = 5;
constexpr double pays[arms] = {0, 0.2, 0.5, 0.1, 1};
constexpr std::int64_t bandit_learners = 100'000;

struct Runs {
    std::array<std::vector<double>, arms> pulls;  // of each arm, per run
    std::vector<double> regret;
};

Runs run(const Common& common, const ProgressCallback& progress, TabularSettings settings) {
    TrainConfig config{.env = "Bandit-v0", .seed = common.seed_or_zero()};
    config.threads = common.threads;
    const Population<float> population(config);
    settings.ties = Ties::first;
    settings.learning_rate_schedule = LearningRateSchedule::average;  // estimates are means
    settings.gamma = 0;
    settings.episodes = 1;
    Runs runs;
    for (auto& column : runs.pulls) column.resize(bandit_learners);
    runs.regret.resize(bandit_learners);
    const auto done = [&](const TrainedTable<float>& f) {
        const auto i = static_cast<std::size_t>(f.learner);
        for (std::size_t arm = 0; arm < arms; ++arm) {
            runs.pulls[arm][i] = f.count[arm];
            runs.regret[i] += f.count[arm] * (1 - pays[arm]);
        }
    };
    population.learn({&settings, 1}, bandit_learners, done, progress);
    return runs;
}

ExperimentResult compare(const Runs& runs, const Json& published) {
    Comparison comparison(published);
    comparison.add_mean("regret", runs.regret);
    for (std::size_t arm = 0; arm < arms; ++arm)
        comparison.add_mean("pulls_" + std::to_string(arm), runs.pulls[arm]);
    return comparison.finish();
}

ExperimentResult epsilon_greedy(const Common& common, const Json& published,
                                const ProgressCallback& progress) {
    return compare(run(common, progress, {.epsilon = 0.1}), published);
}

ExperimentResult softmax(const Common& common, const Json& published,
                         const ProgressCallback& progress) {
    return compare(run(common, progress, {.exploration = Exploration::softmax, .epsilon = 0}),
                   published);
}

// Nothing here is random: every run makes the same pulls.
ExperimentResult ucb(const Common& common, const Json& published,
                     const ProgressCallback& progress) {
    const Runs runs = run(common, progress, {.exploration = Exploration::ucb, .epsilon = 0});
    Comparison comparison(published);
    comparison.add_exact("regret", runs.regret[0], 1e-9);
    for (std::size_t arm = 0; arm < arms; ++arm)
        comparison.add_exact("pulls_" + std::to_string(arm), runs.pulls[arm][0]);
    double different = 0;
    for (std::size_t i = 0; i < runs.regret.size(); ++i)
        different += runs.pulls[arms - 1][i] != runs.pulls[arms - 1][0];
    comparison.add_exact("runs_that_differ", different);
    return comparison.finish();
}

}  // namespace

std::span<const Experiment> bandit_experiments() {
    static constexpr Experiment rows[] = {
        {"bandit-epsilon-greedy", "the slides' bandit: one pull in ten at random, a thousand pulls",
         R"({"reference": {"what": "the slides' program under NumPy, seeds 0 to 999", "runs": 1000,
             "regret": 95.6338, "pulls_0": 31.604, "pulls_1": 27.854, "pulls_2": 41.339,
             "pulls_3": 23.419, "pulls_4": 875.784,
             "standard_error": {"regret": 0.9395, "pulls_0": 0.4298, "pulls_1": 0.6053,
                 "pulls_2": 1.1869, "pulls_3": 0.3517, "pulls_4": 1.4507}}})",
         epsilon_greedy},
        {"bandit-softmax", "the slides' bandit: softmax at temperature 1, a thousand pulls",
         R"({"reference": {"what": "the slides' program under NumPy, seeds 0 to 999", "runs": 1000,
             "regret": 494.2366, "pulls_0": 130.221, "pulls_1": 159.196, "pulls_2": 213.817,
             "pulls_3": 144.167, "pulls_4": 352.599,
             "standard_error": {"regret": 0.4146, "pulls_0": 0.3436, "pulls_1": 0.3675,
                 "pulls_2": 0.4225, "pulls_3": 0.3618, "pulls_4": 0.5028}}})",
         softmax},
        {"bandit-ucb", "the slides' bandit: upper confidence bounds, a thousand pulls",
         R"({"reference": {"what": "the slides' program under NumPy; every run is the same",
             "regret": 55.2, "pulls_0": 11, "pulls_1": 17, "pulls_2": 36, "pulls_3": 14,
             "pulls_4": 922, "runs_that_differ": 0}})",
         ucb},
    };
    return rows;
}

}  // namespace lockstep

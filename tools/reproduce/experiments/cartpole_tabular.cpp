// Tabular Q-learning of CartPole, as the tutorial "Peter and the Wolf" ends: both ways to cut the
// state into cells, and a third that learns to balance.

#include <algorithm>
#include <string>
#include <vector>

#include <lockstep/statistics.hpp>

#include "agents/tabular/population.hpp"
#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"

namespace lockstep {
namespace {

constexpr std::size_t tabular_learners = 256;

TrainConfig cartpole(const Common& common, const char* discretization) {
    TrainConfig config{.env = "CartPole-v1", .threads = common.threads, .test_episodes = 200};
    config.seed = common.seed_or_zero();
    config.env_settings.choices = {{"discretization", discretization}};
    return config;
}

// The tutorial's epsilon of 0.9 is the share of actions that follow the table. As there, the value
// of the state after the end is bootstrapped from.
constexpr TabularSettings tutorial(std::int64_t episodes) {
    return {.exploration = Exploration::proportional,
            .ties = Ties::first,
            .learning_rate = 0.3,
            .gamma = 0.9,
            .epsilon = 0.1,
            .offset = 1e-4,
            .terminal = TerminalValue::bootstrapped,
            .episodes = episodes};
}

// Means of returns over a window of episodes, one per learner.
struct Window {
    std::string name;
    std::size_t first, end;
    std::vector<double> means = std::vector<double>(tabular_learners);
};
void add_thousands(std::vector<Window>& windows) {
    for (const std::size_t end : {1'000UL, 2'000UL, 5'000UL, 10'000UL, 15'000UL, 20'000UL})
        windows.push_back({"thousand_to_" + std::to_string(end), end - 1'000, end});
}

void learn(const TrainConfig& config, std::int64_t episodes, std::vector<Window>& windows,
           Comparison& comparison, const ProgressCallback& progress) {
    const Population<float> population(config);
    const TabularSettings settings = tutorial(episodes);
    TabularSettings explored = settings;
    explored.test_policy = TestPolicy::exploration;
    std::vector<double> greedy(tabular_learners), stochastic(tabular_learners);
    const auto done = [&](const TrainedTable<float>& f) {
        const auto i = static_cast<std::size_t>(f.learner);
        for (Window& window : windows) {
            const auto part = f.returns.subspan(window.first, window.end - window.first);
            window.means[i] = mean(std::vector<double>(part.begin(), part.end()));
        }
        greedy[i] = mean(f.test);
        stochastic[i] = mean(population.test(f.table, explored, config.seed + i));
    };
    population.learn({&settings, 1}, tabular_learners, done, progress);
    for (const Window& window : windows) comparison.add_mean(window.name, window.means);
    comparison.add_mean("greedy", greedy);
    comparison.add_mean("stochastic", stochastic);
}

double share_below(const std::vector<double>& values, double bound) {
    const auto below = std::ranges::count_if(values, [&](double v) { return v < bound; });
    return static_cast<double>(below) / static_cast<double>(values.size());
}

ExperimentResult division(const Common& common, const Json& published,
                          const ProgressCallback& progress) {
    std::vector<Window> windows;
    // The tutorial prints after epoch 0 and then after every 5,000.
    for (std::size_t end = 5'001; end < 100'000; end += 5'000)
        windows.push_back({"at_" + std::to_string(end - 1), end - 5'000, end});
    add_thousands(windows);
    Comparison comparison(published);
    learn(cartpole(common, "division"), 100'000, windows, comparison, progress);
    const std::vector<double>& last = windows[18].means;
    comparison.add_only_measured("at_95000_least", std::ranges::min(last));
    comparison.add_only_measured("at_95000_most", std::ranges::max(last));
    comparison.add_only_measured("share_below_published",
                                 share_below(last, published.at("at_95000").get<double>()));
    return comparison.finish();
}

// Few cells are enough; initial values lie above every possible return, so that every action is
// tried; and nothing is bootstrapped after the end.
void learn_to_balance(const Common& common, Comparison& comparison) {
    constexpr std::size_t balancers = 64;
    const TabularSettings settings{.ties = Ties::first,
                                   .learning_rate = 0.1,
                                   .learning_rate_decay = 1e-6,
                                   .gamma = 0.99,
                                   .epsilon = 0.1,
                                   .epsilon_final = 0,
                                   .epsilon_decay_episodes = 9'000,
                                   .initial_value = 100,
                                   .episodes = 10'000};
    std::vector<double> greedy(balancers);
    Population<float>(cartpole(common, "coarse"))
        .learn({&settings, 1}, balancers,
               [&](const TrainedTable<float>& f) {
                   greedy[static_cast<std::size_t>(f.learner)] = mean(f.test);
               },
               {});
    comparison.add_only_measured("coarse_greedy", mean(greedy));
    comparison.add_only_measured("coarse_greedy_iqm", interquartile_mean(greedy));
    comparison.add_only_measured("coarse_greedy_least", std::ranges::min(greedy));
    comparison.add_only_measured("coarse_share_from_475", 1 - share_below(greedy, 475));
}

ExperimentResult bins(const Common& common, const Json& published,
                      const ProgressCallback& progress) {
    std::vector<Window> windows;
    add_thousands(windows);
    Comparison comparison(published);
    learn(cartpole(common, "bins"), 20'000, windows, comparison, progress);
    learn_to_balance(common, comparison);
    return comparison.finish();
}

}  // namespace

std::span<const Experiment> cartpole_tabular_experiments() {
    static constexpr Experiment rows[] = {
        {"cartpole-tabular-division",
         "Peter and the Wolf, the last section: Q-learning of CartPole, states divided; 256 "
         "learners, "
         "100,000 epochs",
         R"({"at_5000": 95.7114, "at_10000": 143.0132, "at_15000": 162.9334, "at_20000": 182.181,
         "at_25000": 193.3598, "at_30000": 213.3228, "at_35000": 223.3262, "at_40000": 238.8152,
         "at_45000": 247.5302, "at_50000": 275.7824, "at_55000": 281.1164, "at_60000": 307.8212,
         "at_65000": 293.3144, "at_70000": 302.5454, "at_75000": 294.7994, "at_80000": 296.515,
         "at_85000": 304.9482, "at_90000": 304.2536, "at_95000": 314.6624,
         "reference": {"what": "the tutorial's program, ten runs; to 20,000 epochs, twelve",
             "at_5000": 69.931, "at_10000": 111.046, "at_15000": 130.839, "at_20000": 148.381,
             "at_25000": 164.537, "at_30000": 176.026, "at_35000": 183.378, "at_40000": 190.663,
             "at_45000": 198.512, "at_50000": 202.031, "at_55000": 206.116, "at_60000": 210.498,
             "at_65000": 211.604, "at_70000": 213.147, "at_75000": 215.887, "at_80000": 217.234,
             "at_85000": 216.222, "at_90000": 220.197, "at_95000": 219.123,
             "thousand_to_1000": 36.623, "thousand_to_2000": 59.028, "thousand_to_5000": 93.799,
             "thousand_to_10000": 118.339, "thousand_to_15000": 138.902,
             "thousand_to_20000": 156.055, "greedy": 331.839, "stochastic": 308.112,
             "standard_error": {"at_5000": 3.943, "at_10000": 3.415, "at_15000": 4.262,
             "at_20000": 5.88,
                 "at_25000": 7.428, "at_30000": 8.516, "at_35000": 9.051, "at_40000": 9.695,
                 "at_45000": 12.538, "at_50000": 13.272, "at_55000": 14.382, "at_60000": 15.44,
                 "at_65000": 16.117, "at_70000": 16.695, "at_75000": 18.033, "at_80000": 17.556,
                 "at_85000": 18.914, "at_90000": 17.667, "at_95000": 18.634,
                 "thousand_to_1000": 2.894, "thousand_to_2000": 3.964, "thousand_to_5000": 3.473,
                 "thousand_to_10000": 3.978, "thousand_to_15000": 3.982,
                 "thousand_to_20000": 6.231, "greedy": 33.19, "stochastic": 34.858}}})",
         division},
        {"cartpole-tabular-bins",
         "Peter and the Wolf, the last section: the same in bins, 20,000 epochs; and coarse cells "
         "that "
         "balance",
         R"({"reference": {"what": "the tutorial's program, ten runs", "thousand_to_1000": 57.961,
             "thousand_to_2000": 90.94, "thousand_to_5000": 115.425,
             "thousand_to_10000": 128.866, "thousand_to_15000": 146.542,
             "thousand_to_20000": 148.16, "greedy": 199.928, "stochastic": 191.385,
             "standard_error": {"thousand_to_1000": 5.872, "thousand_to_2000": 4.347,
             "thousand_to_5000": 5.419,
                 "thousand_to_10000": 7.306, "thousand_to_15000": 7.491,
                 "thousand_to_20000": 8.027, "greedy": 26.279, "stochastic": 24.65}},
         "target": {"coarse_greedy": [475, 500]}})",
         bins},
    };
    return rows;
}

}  // namespace lockstep

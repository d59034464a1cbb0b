// The Markov chain and the Markov decision process of Geron's notebook: the printed figures, and
// the exact ones.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <lockstep/statistics.hpp>

#include "agents/dynamic_programming/solve.hpp"
#include "agents/tabular/population.hpp"
#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"
#include "tools/reproduce/experiments/processes.hpp"
#include "tools/reproduce/systems/mdp_replay.hpp"
#include "tools/reproduce/systems/policy_value.hpp"

namespace lockstep {
namespace {

// The chance that the process ends in step 1, 2, ...
std::vector<double> end_chances(const FiniteMdp& mdp, std::size_t steps) {
    PolicyChain crowd(mdp, uniform_policy(mdp));
    std::vector<double> ends(steps);
    for (double& end : ends) {
        crowd.step();
        end = std::accumulate(crowd.ended().begin(), crowd.ended().end(), 0.0);
    }
    return ends;
}

// The ten runs that the tutorial prints fix their own seed; the million others do not.
ExperimentResult chain(const Common& common, const Json& published, const ProgressCallback&) {
    constexpr std::int64_t runs = random_walk_count;
    constexpr std::size_t told_apart = 50;
    Comparison comparison(published);
    const auto printed = replay_markov_chain(42, 10);
    for (std::size_t i = 0; i < printed.size(); ++i) {
        comparison.add_printed("transitions_" + std::to_string(i + 1),
                               static_cast<double>(printed[i].size() - 1));
    }
    comparison.add_exact("runs_that_differ", Json(printed) == published.at("runs") ? 0 : 1);

    std::vector<double> lengths, squares;
    std::vector<double> counts(told_apart + 1);  // the last counts longer runs
    for (const Episode& e : random_walks(common, "MarkovChain-v0")) {
        lengths.push_back(e.length);
        squares.push_back((e.length - 16.0) * (e.length - 16.0));
        ++counts[std::min<std::size_t>(static_cast<std::size_t>(e.length) - 1, told_apart)];
    }
    comparison.add_mean("mean", lengths);
    comparison.add_mean("variance", squares);
    std::vector<double> chances = end_chances(process_of("MarkovChain-v0"), told_apart);
    double rest = 1;
    for (const double chance : chances) rest -= chance;
    chances.push_back(rest);
    double chi_square = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        const double expected = runs * chances[k];
        chi_square += (counts[k] - expected) * (counts[k] - expected) / expected;
        const std::string name = k < told_apart ? "p_" + std::to_string(k + 1) : "p_longer";
        if (k < 5 || k == told_apart)
            comparison.add(name, estimate_share(counts[k] / double{runs}, runs));
    }
    comparison.add("chi_square_of_50", chi_square, 0);
    ExperimentResult findings = comparison.finish();
    findings.tables = {{"runs", printed}, {"chances", chances}, {"counts", counts}};
    return findings;
}

constexpr const char* pairs[] = {"s0_a0", "s0_a1", "s0_a2", "s1_a0", "s1_a2", "s2_a1"};
constexpr std::size_t places[] = {0, 1, 2, 3, 5, 7};  // of the pairs, in a table [state][action]

void add_table(Comparison& comparison, const std::string& prefix, const std::vector<double>& q,
               double tolerance) {
    for (std::size_t i = 0; i < std::size(pairs); ++i)
        comparison.add_exact(prefix + pairs[i], q[places[i]], tolerance);
}

ExperimentResult q_iteration_row(const Common&, const Json& published, const ProgressCallback&) {
    const FiniteMdp mdp = process_of("MDP-v0");
    Comparison comparison(published);
    const std::vector<double> printed = q_iteration(mdp, 0.9, 50).q;
    for (std::size_t i = 0; i < std::size(pairs); ++i)
        comparison.add_printed(std::string("q_") + pairs[i], printed[places[i]], 5e-9);
    add_table(comparison, "sweeps_50_gamma_95_", q_iteration(mdp, 0.95, 50).q, 1e-12);
    add_table(comparison, "fixed_gamma_90_", q_fixed_point(mdp, 0.9).q, 1e-12);
    add_table(comparison, "fixed_gamma_95_", q_fixed_point(mdp, 0.95).q, 1e-12);
    // The best action of state 1 is 0 below some gamma and 2 above.
    double low = 0.9, high = 0.95;
    while (high - low > 1e-15) {
        const double gamma = (low + high) / 2;
        if (gamma == low || gamma == high) break;
        const std::vector<double> q = q_fixed_point(mdp, gamma).q;
        (q[places[4]] > q[places[3]] ? high : low) = gamma;
    }
    comparison.add_exact("flip_gamma", low, 1e-13);
    return comparison.finish();
}

ExperimentResult q_learning(const Common& common, const Json& published,
                            const ProgressCallback& progress) {
    constexpr std::int64_t learners = 10'000;
    Comparison comparison(published);
    const MdpLearning replayed = replay_mdp_q_learning(42, 10'000);
    std::vector<double> seed_42;
    for (const auto& row : replayed.q) seed_42.insert(seed_42.end(), row.begin(), row.end());
    add_table(comparison, "seed_42_", seed_42, 0);

    TrainConfig config{.env = "MDP-v0", .seed = common.seed_or_zero()};
    config.threads = common.threads;
    const Population<double> population(config);
    std::vector<double> values[std::size(pairs)];
    for (auto& column : values) column.resize(learners);
    std::vector<char> best(learners);
    const TabularSettings settings{.ties = Ties::first,
                                   .learning_rate = 0.05,
                                   .learning_rate_decay = 0.005,
                                   .gamma = 0.9,
                                   .epsilon = 1,
                                   .episodes = 1,
                                   .steps = 10'000};
    const auto done = [&](const TrainedTable<double>& f) {
        const auto i = static_cast<std::size_t>(f.learner);
        for (std::size_t p = 0; p < std::size(pairs); ++p) values[p][i] = f.table[places[p]];
        const double highest = std::ranges::max(f.table.first(3));
        best[i] = f.table[0] == highest && f.table[places[3]] > f.table[places[4]];
    };
    population.learn({&settings, 1}, learners, done, progress);
    for (std::size_t p = 0; p < std::size(pairs); ++p) {
        const std::string name = std::string("mean_") + pairs[p];
        if (p == 3) {
            comparison.add_exact(name, mean(values[p]));  // the return there is always 0
        } else {
            comparison.add_mean(name, values[p]);
        }
    }
    comparison.add_only_measured(
        "share_with_best_policy",
        static_cast<double>(std::ranges::count(best, 1)) / double{learners});
    ExperimentResult findings = comparison.finish();
    findings.tables = {{"q_s0_a0_by_step", replayed.first_value}};
    return findings;
}

}  // namespace

std::span<const Experiment> mdp_experiments() {
    static constexpr Experiment rows[] = {
        {"markov-chain",
         "Geron's reinforcement learning notebook: ten runs of a Markov chain, np.random.seed(42); "
         "and a million",
         R"({"transitions_1": 2, "transitions_2": 10, "transitions_3": 22, "transitions_4": 1,
         "transitions_5": 16, "transitions_6": 2, "transitions_7": 52, "transitions_8": 8,
         "transitions_9": 22, "transitions_10": 6,
         "runs": [[0, 0, 3], [0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3],
             [0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3], [0, 3],
             [0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3], [0, 1, 3],
             [0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1,
              2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3],
             [0, 0, 0, 1, 2, 1, 2, 1, 3],
             [0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3],
             [0, 0, 0, 1, 2, 1, 3]],
         "reference": {"what": "exact; chi-square's mean and spread", "runs_that_differ": 0,
             "mean": 16, "variance": 328, "p_1": 0.1, "p_2": 0.09, "p_3": 0.063, "p_4": 0.0621,
             "p_5": 0.04347, "p_longer": 0.0560310664018483, "chi_square_of_50": 50,
             "standard_error": {"chi_square_of_50": 10}}})",
         chain},
        {"mdp-q-iteration",
         "Geron's reinforcement learning notebook: fifty sweeps at gamma 0.90 and 0.95, and where "
         "they "
         "lead",
         R"({"q_s0_a0": 18.91891892, "q_s0_a1": 17.02702702, "q_s0_a2": 13.62162162, "q_s1_a0": 0,
         "q_s1_a2": -4.87971488, "q_s2_a1": 50.13365013,
         "reference": {"what": "the notebook's program under NumPy; exact fractions",
             "sweeps_50_gamma_95_s0_a0": 21.733041884309515,
             "sweeps_50_gamma_95_s0_a1": 20.638079381750753,
             "sweeps_50_gamma_95_s0_a2": 16.70138771678993,
             "sweeps_50_gamma_95_s1_a0": 0.9546210569466229,
             "sweeps_50_gamma_95_s1_a2": 1.0136120687262107,
             "sweeps_50_gamma_95_s2_a1": 53.7072868179679,
             "fixed_gamma_90_s0_a0": 18.91891891891892, "fixed_gamma_90_s0_a1": 17.027027027027028,
             "fixed_gamma_90_s0_a2": 13.621621621621621, "fixed_gamma_90_s1_a0": 0,
             "fixed_gamma_90_s1_a2": -4.8797148797148795, "fixed_gamma_90_s2_a1": 50.133650133650136,
             "fixed_gamma_95_s0_a0": 21.89925005117517, "fixed_gamma_95_s0_a1": 20.804287548616408,
             "fixed_gamma_95_s0_a2": 16.867595883655582, "fixed_gamma_95_s1_a0": 1.1208292238122708,
             "fixed_gamma_95_s1_a2": 1.179820235591864, "fixed_gamma_95_s2_a1": 53.87349498483354,
             "flip_gamma": 0.947632777623636}})",
         q_iteration_row},
        {"mdp-q-learning",
         "Geron's reinforcement learning notebook: Q-learning of a decision process, "
         "np.random.seed(42); and 10,000 learners",
         R"({"reference": {"what": "the notebook's program under NumPy; it draws only its curve",
             "runs": 200,
             "seed_42_s0_a0": 18.776212890716877, "seed_42_s0_a1": 17.223887198336662,
             "seed_42_s0_a2": 13.745433434395606, "seed_42_s1_a0": 0,
             "seed_42_s1_a2": -8.0048564694182, "seed_42_s2_a1": 49.402089208593836,
             "mean_s0_a0": 17.95471836525375, "mean_s0_a1": 15.679346920241965,
             "mean_s0_a2": 12.535509344632992, "mean_s1_a0": 0,
             "mean_s1_a2": -9.331119230194451, "mean_s2_a1": 47.9923420834008,
             "share_with_best_policy": 1,
             "standard_error": {"mean_s0_a0": 0.04466, "mean_s0_a1": 0.04726,
                 "mean_s0_a2": 0.04036, "mean_s1_a2": 0.04983, "mean_s2_a1": 0.0551}}})",
         q_learning},
    };
    return rows;
}

}  // namespace lockstep

// The small systems of the slides, each run by ten thousand learners.

#include <algorithm>
#include <array>
#include <string>

#include <lockstep/statistics.hpp>

#include "engine/machine/parallel.hpp"
#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"
#include "tools/reproduce/systems/numpy_draws.hpp"
#include "tools/reproduce/systems/small_systems.hpp"

namespace lockstep {
namespace {

constexpr std::int64_t learners = 10'000, batch = 1'000;

// N figures for each learner, one column per figure. Learner i draws from the stream of seed + i.
template <std::size_t N>
using Columns = std::array<std::vector<double>, N>;
template <std::size_t N>
Columns<N> run_learners(const Common& common, const ProgressCallback& progress,
                        std::array<double, N> (&run)(Draws&)) {
    const Workers workers(common.threads);
    Columns<N> columns;
    for (auto& column : columns) column.resize(std::size_t{learners});
    for (std::int64_t first = 0; first < learners; first += batch) {
        workers.for_each(batch, [&](std::int64_t i) {
            const auto learner = static_cast<std::size_t>(first + i);
            CounterDraws draws(common.seed_or_zero() + learner);
            const std::array<double, N> figures = run(draws);
            for (std::size_t n = 0; n < N; ++n) columns[n][learner] = figures[n];
        });
        if (progress) progress(static_cast<double>(first + batch) / double{learners});
    }
    return columns;
}

// The mean over rows of each row's greatest (least) value.
template <class Pick>
double mean_of(const ActionValues& values, Pick pick) {
    double sum = 0;
    for (int row = 0; row < values.rows; ++row) sum += pick(values.row(row));
    return sum / values.rows;
}
constexpr auto greatest = [](std::span<const double> row) { return std::ranges::max(row); };
constexpr auto least = [](std::span<const double> row) { return std::ranges::min(row); };

double uniform_reward(int, int, Draws& draws) { return draws.uniform(); }
double normal_reward(int, int, Draws& draws) { return draws.normal(); }

Transition noise(int, int, Draws& draws) {
    const int next = draws.below(5);
    return {next, draws.normal()};
}
std::array<double, 2> q_on_noise(Draws& draws) {
    const ActionValues q = learn_q({}, noise, draws);
    return {mean(q.values), mean_of(q, greatest)};
}

// Every true value is 0, so the excess of a row's greatest value is maximization bias.
ExperimentResult q_learning(const Common& common, const Json& published,
                            const ProgressCallback& progress) {
    const auto [all, best] = run_learners(common, progress, q_on_noise);
    Comparison comparison(published);
    comparison.add_mean("mean_q", all);
    comparison.add_mean("mean_of_max", best);
    return comparison.finish();
}

std::array<double, 3> two_learners(Draws& draws) {
    const ActionValues q = learn_independently({}, uniform_rewards, draws);
    return {mean(q.values), mean_of(q, greatest), mean_of(q, least)};
}

ExperimentResult multi_agent(const Common& common, const Json& published,
                             const ProgressCallback& progress) {
    const auto [all, best, worst] = run_learners(common, progress, two_learners);
    Comparison comparison(published);
    comparison.add_mean("mean_q", all);
    comparison.add_mean("mean_of_max", best);
    comparison.add_mean("mean_of_min", worst);
    return comparison.finish();
}

template <bool slip>
std::array<double, 4> two_levels(Draws& draws) {
    const TwoLevelValues learnt =
        learn_two_levels({.exploring_teaches_all = slip}, uniform_reward, draws);
    const auto unlearnt = static_cast<double>(std::ranges::count(learnt.actions.values, 0.0));
    return {greatest(learnt.options), mean_of(learnt.actions, greatest),
            static_cast<double>(learnt.missing_choices),
            unlearnt / static_cast<double>(learnt.actions.values.size())};
}

ExperimentResult hierarchical(const Common& common, const Json& published,
                              const ProgressCallback& progress) {
    const auto written = run_learners(common, progress, two_levels<true>);
    const auto repaired = run_learners(common, progress, two_levels<false>);
    Comparison comparison(published);
    comparison.add_mean("as_written_high_max", written[0]);
    comparison.add_mean("as_written_low_max", written[1]);
    comparison.add_mean("as_written_missing", written[2]);
    comparison.add_mean("repaired_high_max", repaired[0]);
    comparison.add_mean("repaired_low_max", repaired[1]);
    comparison.add_only_measured("as_written_low_unlearnt", mean(written[3]));
    comparison.add_only_measured("repaired_low_unlearnt", mean(repaired[3]));
    return comparison.finish();
}

// The slides' expert visits each of the five states once.
constexpr int expert_visits[] = {1, 1, 1, 1, 1};

std::array<double, 3> reward_weights(Draws& draws) {
    const RewardWeights written =
        match_features({.counts_are_experts = true}, expert_visits, draws);
    // Ten times the slides' rate, which gives the same result in a tenth of the updates.
    const RewardWeights repaired =
        match_features({.updates = 300, .rate = 0.1}, expert_visits, draws);
    const auto [low, high] = std::ranges::minmax(repaired.weights);
    return {static_cast<double>(written.moving_updates), repaired.mismatch, high - low};
}

ExperimentResult inverse(const Common& common, const Json& published,
                         const ProgressCallback& progress) {
    NumpyDraws draws(0);
    const RewardWeights written =
        match_features({.counts_are_experts = true}, expert_visits, draws);
    Json measured;
    for (std::size_t s = 0; s < written.weights.size(); ++s) {
        measured["weight_" + std::to_string(s)] = written.weights[s];
    }
    const auto [moving, mismatch, spread] = run_learners(common, progress, reward_weights);
    measured["moving_updates_least"] = std::ranges::min(moving);
    measured["moving_updates_most"] = std::ranges::max(moving);
    measured["repaired_mismatch"] = std::ranges::max(mismatch);
    measured["repaired_spread"] = std::ranges::max(spread);
    return {measured, Json::object(), exact_verdict(measured, published.at("reference"))};
}

std::array<double, 3> robot_joints(Draws& draws) {
    const JointValues learnt = learn_joints({}, normal_reward, draws);
    return {mean_of(learnt.values, greatest), mean_of(learnt.values, least),
            mean(learnt.total_rewards)};
}

ExperimentResult robot(const Common& common, const Json& published,
                       const ProgressCallback& progress) {
    const auto [best, worst, total] = run_learners(common, progress, robot_joints);
    Comparison comparison(published);
    comparison.add_mean("mean_of_max", best);
    comparison.add_mean("mean_of_min", worst);
    comparison.add_mean("episode_total_reward", total);
    return comparison.finish();
}

}  // namespace

std::span<const Experiment> slides_experiments() {
    static constexpr Experiment rows[] = {
        {"slides-q-learning",
         "the slides' Q-learning where rewards are N(0, 1) and the next state is any of five",
         R"({"reference": {"what": "the slides' program under NumPy, seeds 0 to 999", "runs": 1000,
             "mean_q": 0.09203833155684628, "mean_of_max": 0.42983410054694415,
             "standard_error": {"mean_q": 0.0062, "mean_of_max": 0.009}}})",
         q_learning},
        {"slides-multi-agent",
         "the slides' two independent learners, three actions each, rewards uniform in [0, 1)",
         R"({"reference": {"what": "the slides' program under NumPy, seeds 0 to 999", "runs": 1000,
             "mean_q": 0.4290458820853269, "mean_of_max": 0.5091689191838623,
             "mean_of_min": 0.37090255478198103,
             "standard_error": {"mean_q": 0.00074, "mean_of_max": 0.00134,
                 "mean_of_min": 0.00082}}})",
         multi_agent},
        {"slides-hierarchical",
         "the slides' two levels of choice, with the missing low-level choices of its line break "
         "and "
         "without",
         R"({"reference": {"what": "the slides' program under NumPy", "runs": 1000,
             "as_written_high_max": 0.5079409247953774, "as_written_low_max": 0.4576327513039788,
             "as_written_missing": 100.178, "as_written_low_unlearnt": 0.001,
             "repaired_high_max": 0.5076445558327235, "repaired_low_max": 0.43830904289749256,
             "repaired_low_unlearnt": 0.029,
             "standard_error": {"as_written_high_max": 0.00185, "as_written_low_max": 0.00098,
                 "as_written_missing": 0.3, "repaired_high_max": 0.00182,
                 "repaired_low_max": 0.00098}}})",
         hierarchical},
        {"slides-inverse",
         "the slides' reward weights from an expert who visits each of five states once",
         R"({"reference": {"what": "the slides' program under NumPy, seed 0",
             "weight_0": 0.5588135039273248, "weight_1": 0.7251893663724195,
             "weight_2": 0.6127633760716439, "weight_3": 0.5548831829968969,
             "weight_4": 0.4336547993389047,
             "moving_updates_least": 1, "moving_updates_most": 1}})",
         inverse},
        {"slides-robot", "the slides' robot: three joints, four actions each, rewards from N(0, 1)",
         R"({"reference": {"what": "the slides' program under NumPy, seeds 0 to 999", "runs": 1000,
             "mean_of_max": 0.03280333206957448, "mean_of_min": -0.4871746209380038,
             "episode_total_reward": -0.00019566854923427812,
             "standard_error": {"mean_of_max": 0.00377, "mean_of_min": 0.00214,
                 "episode_total_reward": 0.0017}}})",
         robot},
    };
    return rows;
}

}  // namespace lockstep

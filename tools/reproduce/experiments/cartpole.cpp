// The tutorials' first experiments with CartPole: random actions, the angle rule, random search.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <lockstep/statistics.hpp>
#include <lockstep/vector_env.hpp>

#include "agents/random_search/random_search.hpp"
#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"

namespace lockstep {
namespace {

// The return of the first episode of each world; requires that autoreset is disabled.
std::vector<double> first_returns(VectorEnv<double>& env, const PolicySpec& policy) {
    const auto count = static_cast<std::size_t>(env.size());
    std::vector<double> returns(count, -1);
    std::vector<std::int32_t> actions(count);
    for (std::size_t left = count; left > 0;) {
        env.act(policy, actions);
        env.step(actions);
        for (std::size_t i = 0; i < count; ++i) {
            if (returns[i] >= 0 || (env.terminated()[i] | env.truncated()[i]) == 0) continue;
            returns[i] = env.episode_return()[i];
            --left;
        }
    }
    return returns;
}

ExperimentResult basic_policy(const Common& common, const Json& published,
                              const ProgressCallback&) {
    // Episode i begins as Gymnasium's reset(seed=i) does, whatever --seed is.
    VectorEnvConfig config{.id = "CartPole-v1",
                           .num_envs = 500,
                           .autoreset = Autoreset::disabled,
                           .seeding = Seeding::gymnasium,
                           .threads = common.threads};
    config.settings.max_episode_steps = 200;
    VectorEnv<double> env(config);
    const std::vector<double> returns = first_returns(env, {"basic"});
    const auto [least, most] = std::ranges::minmax(returns);
    const double sd = standard_deviation(returns);
    const Json measured{{"mean", mean(returns)}, {"std", sd}, {"min", least}, {"max", most}};
    return {measured, {{"sd", sd}}, exact_verdict(measured, published)};
}

double share_from(const std::vector<double>& sorted, double least) {
    const auto first = std::ranges::lower_bound(sorted, least);
    return static_cast<double>(sorted.end() - first) / static_cast<double>(sorted.size());
}

ExperimentResult random_vectors(const Common& common, const Json& published,
                                const ProgressCallback& progress) {
    TrainConfig config{.env = "CartPole-v1", .threads = common.threads};
    config.seed = common.seed_or_zero();
    const RandomSearchSettings settings{.candidates = 1'000'000, .keep = 1};
    std::vector<double> returns = random_search(config, settings, progress).tuning;
    std::ranges::sort(returns);
    const auto count = static_cast<double>(returns.size());
    const double sd = standard_deviation(returns);

    Comparison comparison(published);
    for (const int least : {195, 475, 500}) {
        const double p = share_from(returns, least);
        const std::string name = fmt::format("p_return_ge_{}", least);
        comparison.add(name, p, std::sqrt(p * (1 - p) / count));
    }
    comparison.add("mean", mean(returns), sd / std::sqrt(count));
    for (const int percent : {5, 10, 25, 50, 75, 90, 95, 97}) {
        comparison.add_only_measured(fmt::format("q{}", percent),
                                     quantile(returns, percent / 100.0));
    }
    comparison.add_only_measured("p_475_within_50_draws",
                                 1 - std::pow(1 - share_from(returns, 475), 50));
    return comparison.finish(sd);
}

ExperimentResult random_policy(const Common& common, const Json& published,
                               const ProgressCallback& progress) {
    constexpr std::int64_t wanted = 10'000'000, steps_a_rollout = 16'384;
    // A few worlds that run long: episodes cut off at the end are not counted, and those are mostly
    // the long ones.
    VectorEnv<float> env({.id = "CartPole-v1",
                          .num_envs = 512,
                          .seed = common.seed_or_zero(),
                          .threads = common.threads,
                          .block = 128});
    EpisodeTotals totals;
    while (totals.episodes < wanted) {
        const EpisodeTotals more = env.rollout({"random"}, steps_a_rollout);
        totals.episodes += more.episodes;
        totals.return_sum += more.return_sum;
        totals.return_square_sum += more.return_square_sum;
        if (progress) progress(static_cast<double>(totals.episodes) / double{wanted});
    }
    const auto episodes = static_cast<double>(totals.episodes);
    const double mean_length = totals.return_sum / episodes;  // the reward is 1 per step
    const double sd = std::sqrt(totals.return_square_sum / episodes - mean_length * mean_length);
    Comparison comparison(published);
    comparison.add("mean", mean_length, sd / std::sqrt(episodes));
    comparison.add_only_measured("episodes", episodes);
    return comparison.finish(sd);
}

}  // namespace

std::span<const Experiment> cartpole_experiments() {
    static constexpr Experiment rows[] = {
        {"cartpole-basic-policy",
         "Geron's reinforcement learning notebook: CartPole-v1, 500 episodes of the angle rule",
         R"({"mean": 41.698, "std": 8.389445512070509, "min": 24, "max": 63})", basic_policy},
        {"cartpole-random-search",
         "the tutorials' random search: weights from N(0, 1), one episode of CartPole-v1 each",
         R"({"remark": "the sufficient weights are already gained after 50 episodes",
         "reference": {"what": "Gymnasium's CartPole-v1", "vectors": 20000, "p_return_ge_195": 0.0719, "p_return_ge_475": 0.0315,
             "p_return_ge_500": 0.0303, "mean": 59.37, "q5": 8, "q10": 9, "q25": 9, "q50": 11,
             "q75": 61, "q90": 143, "q95": 279, "q97": 500, "p_475_within_50_draws": 0.80,
             "standard_error": {"p_return_ge_195": 0.0018, "p_return_ge_475": 0.0012,
                 "p_return_ge_500": 0.0012, "mean": 0.72}}})",
         random_vectors},
        {"cartpole-random-policy",
         "the tutorials' first loop: random actions in CartPole-v1 until the episode ends",
         R"({"reference": {"what": "Gymnasium's CartPole-v1", "episodes": 10000, "mean": 22.18,
             "standard_error": {"mean": 0.12}}})",
         random_policy},
    };
    return rows;
}

}  // namespace lockstep

// Scores of finished policies on fresh episodes.
//
// Invariant: the returns are those of environments 0, 1, 2, ... of the given stream, so every
//            policy meets the same initial states, and training never saw them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <lockstep/agent.hpp>
#include <lockstep/statistics.hpp>

namespace lockstep {

struct Evaluation {
    double mean = 0;
    double iqm = 0;
    Interval ci95{};  // of the mean; percentile bootstrap
    std::int64_t n = 0;
};

// Episodes that a policy played, each the first of an environment: returns, and steps in all.
struct PlayedEpisodes {
    std::vector<double> returns;
    std::int64_t steps = 0;
};

// The first episode in each of `episodes` environments; weights may be shared or one an environment
// (PolicySpec). Throws ConfigError as VectorEnv does.
PlayedEpisodes play_episodes(const TrainConfig& config, const PolicySpec& policy,
                             std::int64_t episodes, Stream stream);
// The returns alone.
std::vector<double> episode_returns(const TrainConfig& config, const PolicySpec& policy,
                                    std::int64_t episodes, Stream stream);

// TrainResult::test_scores, from the test returns of every learner. A failed learner played no
// episodes.
std::vector<double> scores_of(const TrainConfig& config,
                              std::span<const std::vector<double>> returns);

// Plays config.test_episodes test episodes by each policy, and scores them as scores_of does.
// Policy i plays those of learner i's seed, so it scores the same alone as in a population. A
// policy without a name belongs to a failed learner and plays none.
std::vector<double> test_scores(const TrainConfig& config, const std::vector<PolicySpec>& policies);

// n = 0 if `values` is empty.
Evaluation evaluate(const std::vector<double>& values, std::uint64_t seed);

}  // namespace lockstep

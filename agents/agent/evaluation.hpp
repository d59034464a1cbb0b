// Scores of finished policies on fresh episodes.
//
// Invariant: the returns are those of world 0, 1, 2, ... of the given stream: other policies see
// the same
//            beginnings, and training never saw them.
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

// The return of the first episode of each of `episodes` worlds. Throws ConfigError as VectorEnv
// does.
std::vector<double> episode_returns(const TrainConfig& config, const PolicySpec& policy,
                                    std::int64_t episodes, Stream stream);

// TrainResult::test_scores of learners whose test episodes returned this; a learner that failed
// played none.
std::vector<double> scores_of(const TrainConfig& config,
                              std::span<const std::vector<double>> returns);

// What config.test_episodes test episodes return, as scores_of tells it. Policy i plays those of
// learner i's seed, so that it scores the same alone as in a crowd; one without a name, of a
// learner that failed, plays none.
std::vector<double> test_scores(const TrainConfig& config, const std::vector<PolicySpec>& policies);

// Of no values: n = 0.
Evaluation evaluate(const std::vector<double>& values, std::uint64_t seed);

}  // namespace lockstep

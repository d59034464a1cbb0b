// Random search over linear policies (the tutorials' first agent): candidates are weight vectors
// from N(0, 1), and the one with the highest returns wins.
//
// Owns:      the dealing of candidates to threads, ranking, and the honest re-scoring of the best.
// Must not:  know how lanes play them.
// Invariant: candidate c of a seed is the same policy with the same returns in any run, however
//            many others are tried. Tuning, validation and test episodes come from disjoint
//            streams.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <lockstep/agent.hpp>

namespace lockstep {

struct RandomSearchSettings {
    std::int64_t candidates = 10'000;
    std::int64_t episodes = 1;  // of tuning, per candidate
    std::int64_t keep = 100;    // how many of the best are scored again
    std::int64_t validation_episodes = 100;

    void declare(SettingList& list);
};

// The result of one seed.
struct RandomSearchResult {
    std::vector<double> tuning;       // mean return on tuning episodes, one per candidate
    std::vector<std::uint32_t> kept;  // the best by tuning, best first; ties by number
    std::vector<double> validation;   // their mean return on fresh episodes
    std::uint32_t best = 0;           // the kept candidate with the highest validation
    std::vector<double> weights;      // of the best
    std::int64_t env_steps = 0, lane_steps = 0;  // since it began; in this call
    // Timed out: all other members are meaningless. Under way: `tuning` and `validation` end early,
    // and `best` is the best by tuning so far.
    LearnerStage stage = LearnerStage::finished;
    LearnerState state = {};  // after the head
};

// Trains one learner; config.learners and config.resume are ignored. `from`: what follows the head
// of the state to continue from, or nothing. Throws ConfigError on the state of another search, or
// of more candidates than the settings allow.
RandomSearchResult random_search(const TrainConfig& config, const RandomSearchSettings& settings,
                                 const ProgressCallback& progress,
                                 std::span<const std::byte> from = {});

}  // namespace lockstep

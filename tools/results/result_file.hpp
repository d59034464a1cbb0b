// What `train --out` saves and `eval`, `render` and `train --resume` read: the training report with
// the learnt tables or networks, its format version and a checksum.
//
// Owns:      the format and its version.
// Invariant: a file that was read is exactly as written; for any other, ConfigError says why not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <lockstep/agent.hpp>

#include "engine/text/json.hpp"
#include "tools/files/paths.hpp"

namespace lockstep {

inline constexpr std::uint64_t max_test_episodes = 1'000'000;

struct SavedResult {
    TrainConfig config;
    std::string agent;
    std::vector<PolicySpec> policies;
    std::vector<LearntTable> tables;
    std::vector<std::vector<double>> networks;
    std::vector<LearnerState> states;
    bool finished = true;  // false: learners or their evaluation were interrupted
    // The time that training has taken so far.
    double seconds = 0;
    std::int64_t lane_steps = 0;
};

// The number of learnt policies, tables or networks; a result has only one of these kinds.
std::size_t learnt_count(const SavedResult& saved);
// How far a learner had got when it was saved.
LearnerStage stage_of(const SavedResult& saved, std::size_t learner);

// Throws std::runtime_error where the file cannot be written.
void save_result(const std::string& path, const Json& report);

// Whether a file is a saved result, of any version, and unchanged since.
Found found_result(const std::string& path);

// Throws ConfigError on a file that is missing, damaged, foreign or of another version, or whose
// parts do not fit each other.
SavedResult load_result(const std::string& path);

}  // namespace lockstep

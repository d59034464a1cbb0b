// What `train --out` saves and `eval` reads: the training report, its format and a checksum.
//
// Owns:      the format and its version.
// Invariant: a file that was read is as it was written; of any other, ConfigError says why not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <lockstep/agents/agent.hpp>
#include <lockstep/tools/json.hpp>

namespace lockstep {

inline constexpr std::uint64_t most_test_episodes = 1'000'000;

struct SavedResult {
    TrainConfig config;
    std::string agent;
    std::vector<PolicySpec> policies;
    std::vector<LearntTable> tables;
};

// Throws std::runtime_error where the file cannot be written.
void save_result(const std::string& path, const Json& report);

// Throws ConfigError on a file that is missing, damaged, foreign or newer.
SavedResult load_result(const std::string& path);

}  // namespace lockstep

// What rows about finite processes share: the process of an environment, and random walks on it.
//
// Must not:  know what is measured.
// Invariant: walk i is the first episode of environment i in the test stream.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agents/tabular/population.hpp"
#include "tools/command_line/common.hpp"

namespace lockstep {

using Choices = std::map<std::string, std::string>;

FiniteMdp process_of(const std::string& env, const Choices& choices = {});

inline constexpr std::int64_t random_walk_count = 1'000'000;
inline constexpr std::int64_t longer_than_any_walk = 1'000'000;

// Environments that act at random among the legal actions until they end, or for `max_steps`.
std::vector<Episode> random_walks(const Common& common, const std::string& env,
                                  const Choices& choices = {},
                                  std::int64_t max_steps = longer_than_any_walk);

}  // namespace lockstep

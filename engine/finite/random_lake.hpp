// Gymnasium's random frozen lakes (1.3, envs/toy_text/frozen_lake.py: generate_random_map).
//
// Invariant: there is a path from the start to the goal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

inline constexpr double usual_frozen = 0.8;  // Gymnasium's p

// The rows of a lake with S in its first corner and G in its last, every other cell F with
// probability `frozen`, else H: drawn again until there is a path from S to G. A square lake is the
// map that generate_random_map(side, frozen, seed) returns. Throws ConfigError if a side is not in
// 1 to longest_side, both are 1, `frozen` is not in 0 to 1, or none of very many draws had a path.
std::vector<std::string> random_lake(int width, int height, double frozen, std::uint64_t seed);

}  // namespace lockstep

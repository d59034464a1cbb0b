// Files of actions, one integer a line.
//
// Invariant: every action of a file that was read is legal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <lockstep/tools/faults.hpp>

namespace lockstep {

// Adds a fault where the file is missing or empty, and one for each line that is not a number from
// 0 to actions - 1.
std::vector<std::int32_t> read_actions(const std::string& path, int actions, Faults& faults);

}  // namespace lockstep

// Files of actions, one a line: a whole number, or numbers separated by commas where an action
// consists of several.
//
// Invariant: every action of a file that was read is legal.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tools/files/faults.hpp"

namespace lockstep {

// Returns [line][column]. Column k is a whole number from 0 to options[k] - 1, or, where that is 0,
// any finite number. Adds a fault where the file is missing or empty, and one for each line that is
// not such an action.
std::vector<double> read_actions(const std::string& path, std::span<const int> options,
                                 Faults& faults);

}  // namespace lockstep

// Files of actions, one per line: a whole number, or several numbers separated by commas.
//
// Invariant: every action in a file that was read is legal.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tools/files/faults.hpp"

namespace lockstep {

// Returns [line][column]. Column k is a whole number from 0 to options[k] - 1, or, if that is 0,
// any finite number. Adds a fault if the file is missing or empty, and one for each line that is
// not an action.
std::vector<double> read_actions(const std::string& path, std::span<const int> options,
                                 Faults& faults);

}  // namespace lockstep

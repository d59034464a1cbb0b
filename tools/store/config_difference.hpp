// In which settings two configurations differ.
#pragma once

#include <string>
#include <vector>

namespace lockstep::sweep {

// A line for each setting, its keys joined by dots: "study.trials: 100 in the store, 200 now"; of
// what a file said, its name and the first line that differs. Both
// are JSON texts; the order of keys and the space between them are no differences.
std::vector<std::string> differences(const std::string& stored, const std::string& now);

}  // namespace lockstep::sweep

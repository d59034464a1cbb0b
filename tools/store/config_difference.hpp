// The settings in which two configurations differ.
#pragma once

#include <string>
#include <vector>

namespace lockstep::sweep {

// A line for each setting, its keys joined by dots: "study.trials: 100 in the store, 200 now"; for
// the contents of a file, its name and the first line that differs. Both are JSON texts; the order
// of keys and white space do not count.
std::vector<std::string> differences(const std::string& stored, const std::string& now);

}  // namespace lockstep::sweep

// Studies as TOML: [study], [set] and [space].
//
// Must not:  know which parameters an agent has.
// Invariant: every key of the file is understood, or refused with its line and the nearest name.
#pragma once

#include <string>
#include <string_view>

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// `path` is for messages, and where the files are that settings name: beside it. They are read.
// Throws ConfigError, a line for each fault, as FILE:LINE: key: what.
Study read_study(std::string_view text, const std::string& path);

// Throws ConfigError: no such file too.
Study read_study_file(const std::string& path);

}  // namespace lockstep::sweep

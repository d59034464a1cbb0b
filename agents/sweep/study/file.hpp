// Studies as TOML: [study], [set] and [space].
//
// Must not:  know which parameters an agent has.
// Invariant: every key of the file is understood, or rejected with its line and the nearest name.
#pragma once

#include <string>
#include <string_view>

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// `path` is for messages, and for the files that settings name: they lie beside it and are read.
// Throws ConfigError, one line per fault, as FILE:LINE: key: what.
Study read_study(std::string_view text, const std::string& path);

// Throws ConfigError as read_study does, and if there is no such file.
Study read_study_file(const std::string& path);

}  // namespace lockstep::sweep

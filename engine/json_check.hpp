// Whether a text is JSON, and if not, at which character.
//
// Must not:  know what the JSON is about, or show its library to those who include this.
// Invariant: a text that passes parses without an exception.
#pragma once

#include <string>
#include <string_view>

namespace lockstep {

// `where` stands before the fault, as a file's name. Throws ConfigError: what is wrong, its
// line and column, or a key that the outermost object has twice.
void check_json(const std::string& where, std::string_view text);

}  // namespace lockstep

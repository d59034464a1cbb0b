// Parses a command line according to the command's description.
//
// Owns:      the one use of CLI11.
// Must not:  judge words that no option takes, or run anything.
// Invariant: the words of the given verb are in its destinations.
#pragma once

#include <string>
#include <vector>

#include "tools/command_line/description.hpp"

namespace lockstep {

struct ParsedLine {
    const VerbDescription* verb = nullptr;  // null if none was given
    // Words that no option takes, before the verb and after it.
    std::vector<std::string> left_before, left_behind;
    std::string help;  // if it was asked for; then ignore the other members
};

// Throws ConfigError if an option lacks its word, or a verb lacks a required one.
ParsedLine parse_line(const CommandDescription& command, int count, char** words);

// The help of a verb; null: of the command.
std::string help_text(const CommandDescription& command, const VerbDescription* verb);

}  // namespace lockstep

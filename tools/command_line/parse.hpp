// A command line read as the description of the command says.
//
// Owns:      the one use of CLI11.
// Must not:  judge words that nothing takes, or run anything.
// Invariant: the words of the verb that was given are in its destinations.
#pragma once

#include <string>
#include <vector>

#include "tools/command_line/description.hpp"

namespace lockstep {

struct ParsedLine {
    const VerbDescription* verb = nullptr;  // null: none was given
    // Words that nothing takes, before the verb and behind it.
    std::vector<std::string> left_before, left_behind;
    std::string help;  // where it was asked for; the rest is not to be looked at then
};

// Throws ConfigError where an option lacks its word, or a verb what it requires.
ParsedLine parse_line(const CommandDescription& command, int count, char** words);

// Of a verb; null: of the command.
std::string help_text(const CommandDescription& command, const VerbDescription* verb);

}  // namespace lockstep

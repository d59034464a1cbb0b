// Scripts with which shells complete the words of the command.
//
// Must not:  know an option or a verb by name: everything comes from the description.
// Invariant: a script works without running the command: it contains the names that it offers.
#pragma once

#include <string>
#include <vector>

#include "tools/command_line/description.hpp"

namespace lockstep {

// The names that exist for the kinds of values in the description.
struct KnownNames {
    // Environments or agents that share their settings.
    struct Settings {
        std::vector<std::string> ids, names;
    };

    std::vector<std::string> environments, agents, experiments;
    std::vector<Settings> settings;
};

std::string bash_completions(const CommandDescription& command, const KnownNames& known);
std::string zsh_completions(const CommandDescription& command, const KnownNames& known);
std::string fish_completions(const CommandDescription& command, const KnownNames& known);

// The words that may stand there, if they can be listed.
std::vector<std::string> offered(const Values& values, const CommandDescription& command,
                                 const KnownNames& known);

// The options of all verbs that take one word, or those that take several.
std::vector<std::string> options_taking(const CommandDescription& command, bool several);

// `text` in single quotes, with each single quote in it replaced by `mark`.
std::string single_quoted(std::string_view text, std::string_view mark);

}  // namespace lockstep

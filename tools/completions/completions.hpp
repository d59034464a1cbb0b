// Scripts by which shells complete the words of the command.
//
// Must not:  know an option or a verb by name: all comes from the description.
// Invariant: a script works without the command: the names that it offers are in it.
#pragma once

#include <string>
#include <vector>

#include "tools/command_line/description.hpp"

namespace lockstep {

// What there is of those that the description speaks of.
struct KnownNames {
    // Environments or agents with the same settings.
    struct Settings {
        std::vector<std::string> ids, names;
    };

    std::vector<std::string> environments, agents, experiments;
    std::vector<Settings> settings;
};

std::string bash_completions(const CommandDescription& command, const KnownNames& known);
std::string zsh_completions(const CommandDescription& command, const KnownNames& known);
std::string fish_completions(const CommandDescription& command, const KnownNames& known);

// The words that may stand there, where there is a list of them.
std::vector<std::string> offered(const Values& values, const CommandDescription& command,
                                 const KnownNames& known);

// Of all verbs, the options that one word follows, or those that several do.
std::vector<std::string> options_taking(const CommandDescription& command, bool several);

// `text` in single quotes, a quotation mark in it as `mark`.
std::string single_quoted(std::string_view text, std::string_view mark);

}  // namespace lockstep

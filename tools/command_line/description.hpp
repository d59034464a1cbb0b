// The description from which the command's help, completions and man page are made.
//
// Must not:  know what a verb does.
// Invariant: everything that the command takes is described here, and nowhere else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/command_line/option.hpp"

namespace lockstep {

struct VerbDescription {
    const char* name;
    const char* meaning;
    Options options;  // in addition to the common ones
};

struct CommandDescription {
    const char* name;
    const char* meaning;
    Options common;   // for the command and for each verb
    Options options;  // for the command alone
    std::vector<VerbDescription> verbs;
};

// "-o,--out" as {"-o", "--out"}.
std::vector<std::string_view> split_names(const Option& option);

// The options of a verb; null: those of the command without a verb.
Options all_options(const CommandDescription& command, const VerbDescription* verb);

// Null where the verb is unknown.
const VerbDescription* find_verb(const CommandDescription& command, std::string_view name);
// "unknown command 'trian': did you mean 'train'? Known: ...".
std::string unknown_verb(const CommandDescription& command, std::string_view name);

}  // namespace lockstep

// The command as its help, its completions and its man page tell it.
//
// Must not:  know what a verb does.
// Invariant: whatever the command takes is described here, and nowhere a second time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/command_line/option.hpp"

namespace lockstep {

struct VerbDescription {
    const char* name;
    const char* meaning;
    Options options;  // besides the common ones
};

struct CommandDescription {
    const char* name;
    const char* meaning;
    Options common;   // of the command and of each verb
    Options options;  // of the command alone
    std::vector<VerbDescription> verbs;
};

// "-o,--out" as {"-o", "--out"}.
std::vector<std::string_view> split_names(const Option& option);

// Of a verb; null: of the command without one.
Options all_options(const CommandDescription& command, const VerbDescription* verb);

// Null where the verb is unknown.
const VerbDescription* find_verb(const CommandDescription& command, std::string_view name);
// "unknown command 'trian': did you mean 'train'? Known: ...".
std::string unknown_verb(const CommandDescription& command, std::string_view name);

}  // namespace lockstep

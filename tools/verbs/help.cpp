// lockstep help [VERB]: what --help prints; with --json, the description from which it is made.

#include <fmt/format.h>

#include "tools/command_line/command.hpp"
#include "tools/command_line/parse.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace {

struct HelpTexts {
    std::string verb;
};

Options options(HelpTexts& texts) {
    return {{"VERB", texts.verb, "the command to explain (all)", Values::verb}};
}

Json describe(const Option& option) {
    const char* const takes = option.takes_several() ? "words"
                              : option.takes_words() ? "word"
                                                     : "nothing";
    return {{"names", split_names(option)},
            {"meaning", option.meaning},
            {"takes", takes},
            {"required", option.required}};
}

Json describe(const Options& options) {
    Json list = Json::array();
    for (const Option& option : options) list.push_back(describe(option));
    return list;
}

Json describe(const CommandDescription& command, const VerbDescription* verb) {
    if (verb != nullptr)
        return {{"name", verb->name},
                {"meaning", verb->meaning},
                {"options", describe(all_options(command, verb))}};
    Json verbs = Json::array();
    for (const VerbDescription& each : command.verbs) verbs.push_back(describe(command, &each));
    return {{"name", command.name},
            {"meaning", command.meaning},
            {"options", describe(all_options(command, nullptr))},
            {"verbs", verbs}};
}

void help(const HelpTexts& texts, const Common& common, Faults& faults) {
    const Command whole;
    const CommandDescription& command = whole.description();
    const VerbDescription* const verb = find_verb(command, texts.verb);
    if (verb == nullptr && !texts.verb.empty()) faults.add(unknown_verb(command, texts.verb));
    faults.raise();
    if (common.json) return print_json(describe(command, verb));
    fmt::print("{}", help_text(command, verb));
}

}  // namespace

Verb help_verb() {
    return {"help", "explain a command, or list them", call<HelpTexts, options, help>};
}

}  // namespace lockstep

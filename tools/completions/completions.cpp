
#include "tools/completions/completions.hpp"

#include <algorithm>

namespace lockstep {

std::vector<std::string> offered(const Values& values, const CommandDescription& command,
                                 const KnownNames& known) {
    switch (values.kind) {
        case Values::environment:
            return known.environments;
        case Values::agent:
            return known.agents;
        case Values::experiment:
            return known.experiments;
        case Values::word:
            return {values.words.begin(), values.words.end()};
        case Values::verb: {
            std::vector<std::string> names;
            for (const VerbDescription& verb : command.verbs) names.emplace_back(verb.name);
            return names;
        }
        default:
            return {};
    }
}

std::vector<std::string> options_taking(const CommandDescription& command, bool several) {
    std::vector<std::string> names;
    const auto add = [&](const Options& options) {
        for (const Option& option : options) {
            if (option.positional() || !option.takes_words()) continue;
            if (option.takes_several() != several) continue;
            for (const std::string_view name : split_names(option))
                if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
        }
    };
    add(all_options(command, nullptr));
    for (const VerbDescription& verb : command.verbs) add(verb.options);
    return names;
}

std::string single_quoted(std::string_view text, std::string_view mark) {
    std::string result = "'";
    for (const char c : text) c == '\'' ? result += mark : result += c;
    return result + "'";
}

}  // namespace lockstep

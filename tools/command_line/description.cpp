
#include "tools/command_line/description.hpp"

#include <algorithm>

#include <lockstep/error.hpp>

namespace lockstep {

std::vector<std::string_view> split_names(const Option& option) {
    std::vector<std::string_view> names;
    for (std::string_view rest = option.names; !rest.empty();) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        names.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return names;
}

Options all_options(const CommandDescription& command, const VerbDescription* verb) {
    return joined(command.common, verb != nullptr ? verb->options : command.options);
}

const VerbDescription* find_verb(const CommandDescription& command, std::string_view name) {
    const auto found = std::ranges::find(command.verbs, name, &VerbDescription::name);
    return found != command.verbs.end() ? &*found : nullptr;
}

std::string unknown_verb(const CommandDescription& command, std::string_view name) {
    std::vector<std::string_view> known;
    for (const VerbDescription& verb : command.verbs) known.emplace_back(verb.name);
    return unknown_name("command", name, known);
}

}  // namespace lockstep

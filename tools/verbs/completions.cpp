// lockstep completions SHELL: the script with which a shell completes the command's words.

#include <fmt/format.h>

#include <algorithm>

#include <lockstep/agent.hpp>

#include "engine/environments/config.hpp"
#include "tools/command_line/command.hpp"
#include "tools/completions/completions.hpp"
#include "tools/reproduce/experiments.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace {

struct CompletionTexts {
    std::string shell;
};

constexpr std::string_view shells[] = {"bash", "zsh", "fish"};

Options options(CompletionTexts& texts) {
    return {required({"SHELL", texts.shell, "bash, zsh or fish", shells})};
}

void add_settings(KnownNames& known, std::string_view id, std::vector<std::string> names) {
    const auto alike = std::ranges::find(known.settings, names, &KnownNames::Settings::names);
    if (alike != known.settings.end()) return void(alike->ids.emplace_back(id));
    known.settings.push_back({{std::string(id)}, std::move(names)});
}

KnownNames known_names() {
    KnownNames known;
    for (const EnvironmentEntry& entry : environments()) {
        known.environments.emplace_back(entry.id.id);
        const auto names = setting_names(entry.tables.about());
        add_settings(known, entry.id.id, {names.begin(), names.end()});
    }
    for (const Agent& agent : agents()) {
        known.agents.emplace_back(agent.id);
        std::vector<std::string> names;
        for (const Setting& setting : agent.settings) names.emplace_back(setting.name);
        add_settings(known, agent.id, std::move(names));
    }
    for (const Experiment& experiment : experiments())
        known.experiments.emplace_back(experiment.id);
    return known;
}

void print_completions(const CompletionTexts& texts, const Common& common, Faults& faults) {
    constexpr decltype(&bash_completions) makers[] = {bash_completions, zsh_completions,
                                                      fish_completions};
    const std::size_t shell = faults.choice("SHELL", texts.shell, shells);
    faults.raise();
    const Command command;
    const std::string script = makers[shell](command.description(), known_names());
    if (common.json) return print_json({{"shell", texts.shell}, {"script", script}});
    fmt::print("{}", script);
}

}  // namespace

Verb completions_verb() {
    return {"completions", "print the script that completes words in a shell",
            call<CompletionTexts, options, print_completions>};
}

}  // namespace lockstep


#include "tools/results/resume.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

#include "tools/results/training.hpp"

namespace lockstep {
namespace {

// How each setting in `now` that must stay the same differs.
std::vector<std::string> differences(const Json& before, const Json& now,
                                     std::span<const Setting> settings) {
    std::vector<std::string> found;
    for (const auto& [name, value] : now.items()) {
        const Setting* setting = find_setting(settings, name);
        const bool budget = setting != nullptr && setting->budget;
        const Json& old = before.at(name);
        if (value == old || (budget && value.get<double>() > old.get<double>())) continue;
        found.push_back(fmt::format("{} = {}, which was {}{}", name, value.dump(), old.dump(),
                                    budget ? " and can only grow" : ""));
    }
    return found;
}

// The same for files that both name. Contents count, names do not: the names are made equal.
std::vector<std::string> take_files(Json& before, const Json& now) {
    std::vector<std::string> found;
    for (const auto& [name, text] : now["files"].items()) {
        if (!before["files"].contains(name)) continue;
        Json& file = before["env"][name];
        if (before["files"][name] != text) {
            found.push_back(fmt::format("{} = {}, which does not say what {} said then", name,
                                        now["env"][name].dump(), file.dump()));
        }
        file = now["env"][name];
    }
    return found;
}

}  // namespace

void check_resumed(const SavedResult& saved, const TrainConfig& config) {
    if (saved.states.empty())
        throw ConfigError(saved.agent + " saves no state that training could be resumed from");
    const Agent& agent = find_agent(saved.agent);
    Json before = config_json(saved.config, agent);
    const Json now = config_json(config, agent);
    std::vector<std::string> all = take_files(before, now);
    std::ranges::move(differences(before["agent"], now["agent"], agent.settings),
                      std::back_inserter(all));
    std::ranges::move(differences(before["env"], now["env"], {}), std::back_inserter(all));
    if (all.empty()) return;
    throw ConfigError(fmt::format("training goes on with the settings that led there, and not {}",
                                  fmt::join(all, "; ")));
}

}  // namespace lockstep

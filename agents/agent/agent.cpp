
#include <lockstep/agent.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>

#include <lockstep/error.hpp>

#include "engine/environments/config.hpp"
#include "engine/machine/clock.hpp"

namespace lockstep {
namespace {

// The message for a setting that neither this agent nor this environment has.
std::string unknown_setting(const Agent& agent, const Description& env, std::string_view name) {
    const std::string new_name = renamed(agent.settings, name);
    if (!new_name.empty()) return new_name;
    std::vector<std::string_view> known;
    for (const Setting& setting : agent.settings) known.emplace_back(setting.name);
    std::ranges::copy(setting_names(env), std::back_inserter(known));
    return unknown_name("setting", name, known);
}

bool environment_knows(const Description& env, std::string_view name) {
    const auto names = setting_names(env);
    return std::ranges::find(names, name) != names.end();
}

void check_overrides(const Agent& agent, const TrainConfig& config) {
    for (const LearnerConfig& learner : config.learner_overrides) {
        for (const auto& [name, value] : learner.settings) {
            const Setting* setting = find_setting(agent.settings, name);
            if (setting != nullptr && setting->per_learner) continue;
            throw ConfigError(setting == nullptr
                                  ? unknown_setting(agent, {.name = ""}, name)
                                  : name + ": learners of one population cannot differ in it");
        }
    }
}

// Moves the environment's settings to env_settings, and reads the files that they name.
TrainConfig completed(const Agent& agent, const TrainConfig& given) {
    check_overrides(agent, given);
    const EnvironmentEntry env = find_environment(given.env);
    TrainConfig config = given;
    for (const auto& [name, value] : given.settings) {
        if (find_setting(agent.settings, name) != nullptr) continue;
        set(config, agent, name + "=" + value.text());
        config.settings.erase(name);
    }
    read_files(config.env_settings, env.tables.about());
    return config;
}

}  // namespace

std::vector<double> LearntTable::dense() const {
    std::vector<double> all(static_cast<std::size_t>(states * actions), default_value);
    for (std::size_t k = 0; k < index.size(); ++k) all[index[k]] = values[k];
    return all;
}

double TrainResult::score() const {
    double sum = 0;
    std::size_t count = 0;
    for (const double score : test_scores) {
        if (std::isnan(score)) continue;
        sum += score, ++count;
    }
    return count == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(count);
}

TrainResult train(const Agent& agent, const TrainConfig& config, const ProgressCallback& progress) {
    const auto start = std::chrono::steady_clock::now();
    TrainResult result = agent.train(completed(agent, config), progress);
    if (result.seconds == 0) result.seconds = seconds_since(start);
    return result;
}

void check(const Agent& agent, const TrainConfig& config) { agent.check(completed(agent, config)); }

void set(TrainConfig& config, const Agent& agent, std::string_view assignment) {
    const EnvironmentEntry env = find_environment(config.env);
    const std::size_t equals = assignment.find('=');
    const std::string_view name = assignment.substr(0, equals);
    if (find_setting(agent.settings, name) != nullptr && equals != std::string_view::npos) {
        TrainConfig changed = config;
        changed.settings.insert_or_assign(std::string(name), assignment.substr(equals + 1));
        agent.values({.env = config.env, .settings = {*changed.settings.find(name)}});
        config.settings = std::move(changed.settings);
    } else if (equals == std::string_view::npos || environment_knows(env.tables.about(), name)) {
        set(config.env_settings, env.tables.about(), assignment);
    } else {
        throw ConfigError(unknown_setting(agent, env.tables.about(), name));
    }
}

const Setting* budget_of(const Agent& agent) {
    const auto found = std::ranges::find_if(agent.settings, &Setting::budget);
    return found == agent.settings.end() ? nullptr : &*found;
}

}  // namespace lockstep

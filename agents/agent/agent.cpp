#include <lockstep/agents/agent/agent.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>

#include <lockstep/engine/text/error.hpp>
#include <lockstep/engine/text/number_text.hpp>

namespace lockstep {
namespace {

const AgentParameter* find_parameter(const Agent& agent, std::string_view name) {
    const auto found =
        std::ranges::find_if(agent.parameters, [&](const auto& p) { return name == p.name; });
    return found == agent.parameters.end() ? nullptr : &*found;
}

// The index of the word.
double option(const AgentParameter& info, std::string_view text) {
    const std::vector<std::string_view> known(info.options.begin(), info.options.end());
    const auto found = std::ranges::find(known, text);
    if (found == known.end())
        throw ConfigError(unknown_name(std::string("value of ") + info.name, text, known));
    return static_cast<double>(found - known.begin());
}

double checked(const AgentParameter& info, std::string_view text) {
    if (!info.options.empty()) return option(info, text);
    const std::optional<double> value = read_number(text);
    if (value && *value >= info.minimum && *value <= info.maximum &&
        (!info.whole || *value == std::floor(*value))) {
        return *value;
    }
    throw ConfigError(std::string(info.name) + " = '" + std::string(text) + "': allowed " +
                      (info.whole ? "whole numbers " : "") + "from " + shortest(info.minimum) +
                      " to " + shortest(info.maximum));
}

// Tells all names that --set takes for this agent in this environment.
std::string unknown_setting(const Agent& agent, const Description& env, std::string_view name) {
    std::vector<std::string_view> known;
    for (const AgentParameter& p : agent.parameters) known.emplace_back(p.name);
    std::ranges::copy(setting_names(env), std::back_inserter(known));
    return unknown_name("parameter", name, known);
}

bool environment_knows(const Description& env, std::string_view name) {
    const auto names = setting_names(env);
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::vector<double> LearntTable::dense() const {
    std::vector<double> all(static_cast<std::size_t>(states * actions), rest);
    for (std::size_t k = 0; k < at.size(); ++k) all[at[k]] = values[k];
    return all;
}

TrainResult Agent::train(const TrainConfig& config, const Agent& agent,
                         const Progress& progress) const {
    TrainConfig with_files = config;
    read_files(with_files.env_settings, find_environment(config.env).tables.about());
    return learn(with_files, agent, progress);
}

void set(TrainConfig& config, const Agent& agent, std::string_view assignment) {
    const EnvironmentEntry env = find_environment(config.env);
    const std::size_t equals = assignment.find('=');
    const std::string_view name = assignment.substr(0, equals);
    const AgentParameter* info = find_parameter(agent, name);
    if (info != nullptr && equals != std::string_view::npos && info->text != nullptr) {
        const std::string_view value = assignment.substr(equals + 1);
        try {
            info->check(value);
        } catch (const ConfigError& error) {
            throw ConfigError(std::string(name) + ": " + error.what());
        }
        config.agent_texts[std::string(name)] = value;
    } else if (info != nullptr && equals != std::string_view::npos) {
        config.agent_settings[std::string(name)] = checked(*info, assignment.substr(equals + 1));
    } else if (equals == std::string_view::npos || environment_knows(env.tables.about(), name)) {
        set(config.env_settings, env.tables.about(), assignment);
    } else {
        throw ConfigError(unknown_setting(agent, env.tables.about(), name));
    }
}

bool has_parameter(const Agent& agent, std::string_view name) {
    return find_parameter(agent, name) != nullptr;
}

double parameter(const TrainConfig& config, const Agent& agent, std::string_view name) {
    const AgentParameter* info = find_parameter(agent, name);
    assert(info != nullptr);
    const auto given = config.agent_settings.find(std::string(name));
    if (given != config.agent_settings.end()) return given->second;
    const bool other = info->first_of != nullptr && parameter(config, agent, info->first_of) != 0;
    const bool replaced = info->unless != nullptr && config.agent_settings.contains(info->unless);
    return other || replaced ? 0 : info->value;
}

std::string text_parameter(const TrainConfig& config, const Agent& agent, std::string_view name) {
    const auto given = config.agent_texts.find(std::string(name));
    return given != config.agent_texts.end() ? given->second : find_parameter(agent, name)->text;
}

TrainConfig alone(const TrainConfig& config, [[maybe_unused]] const Agent& agent,
                  const LearnerConfig& learner) {
    TrainConfig one = config;
    one.seed = learner.seed, one.learners = 1, one.each = {};
    for (const auto& [name, value] : learner.agent_settings) {
        assert(find_parameter(agent, name) != nullptr && find_parameter(agent, name)->own);
        one.agent_settings[name] = value;
    }
    return one;
}

}  // namespace lockstep

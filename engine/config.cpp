#include <lockstep/engine/config.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <lockstep/engine/error.hpp>

namespace lockstep {
namespace {

constexpr std::int64_t longest_episode = std::numeric_limits<std::int32_t>::max() / 2;

std::string number(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

const ParameterInfo* find_parameter(const EnvironmentInfo& info, std::string_view name) {
    for (int i = 0; i < info.parameter_count; ++i) {
        if (name == info.parameters[i].name) return &info.parameters[i];
    }
    return nullptr;
}

const ChoiceInfo* find_choice(const EnvironmentInfo& info, std::string_view name) {
    for (int i = 0; i < info.choice_count; ++i) {
        if (name == info.choices[i].name) return &info.choices[i];
    }
    return nullptr;
}

bool has_text(const EnvironmentInfo& info, std::string_view name) {
    return std::any_of(info.texts, info.texts + info.text_count,
                       [&](const TextInfo& text) { return name == text.name; });
}

std::string unknown_setting(const EnvironmentInfo& info, std::string_view name) {
    return unknown_name("parameter", name, setting_names(info));
}

// The index of the option, or -1 with the fault appended.
std::int32_t option_index(const ChoiceInfo& choice, const std::string& option,
                          std::string& faults) {
    const std::vector<std::string_view> known(choice.options, choice.options + choice.option_count);
    for (int i = 0; i < choice.option_count; ++i) {
        if (option == choice.options[i]) return i;
    }
    faults += "\n" + unknown_name(std::string("value of ") + choice.name, option, known);
    return -1;
}

void check_range(const ParameterInfo& info, const std::vector<double>& values, std::int64_t worlds,
                 std::string& faults) {
    if (values.size() != 1 && values.size() != static_cast<std::size_t>(worlds)) {
        faults += "\n" + std::string(info.name) + " has " + std::to_string(values.size()) +
                  " values: allowed 1 or one for each of " + std::to_string(worlds) + " worlds";
        return;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] >= info.minimum && values[i] <= info.maximum) continue;
        const std::string where = values.size() == 1 ? "" : " (world " + std::to_string(i) + ")";
        faults += "\n" + std::string(info.name) + " = " + number(values[i]) + where + ": allowed " +
                  number(info.minimum) + " to " + number(info.maximum) + " " + info.unit;
        return;
    }
}

void compile(WorldSettings& settings, const EnvironmentEntry& entry) {
    settings.model =
        std::make_shared<FiniteModel>(entry.tables.finite->build(entry.id.id, settings));
    settings.action_count = settings.model->view().actions;
}

double parse_number(std::string_view name, std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw ConfigError(std::string(name) + " = '" + std::string(text) + "': not a number");
    }
    return value;
}

}  // namespace

std::vector<std::string_view> setting_names(const EnvironmentInfo& info) {
    std::vector<std::string_view> names;
    for (int i = 0; i < info.parameter_count; ++i) names.emplace_back(info.parameters[i].name);
    for (int i = 0; i < info.choice_count; ++i) names.emplace_back(info.choices[i].name);
    for (int i = 0; i < info.text_count; ++i) names.emplace_back(info.texts[i].name);
    names.emplace_back("max_episode_steps");
    return names;
}

void set(Settings& settings, const EnvironmentInfo& info, std::string_view assignment) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string_view::npos) {
        throw ConfigError("setting '" + std::string(assignment) + "': expected name=value");
    }
    const std::string name(assignment.substr(0, equals));
    const std::string_view value = assignment.substr(equals + 1);
    if (name == "max_episode_steps") {
        const double steps = parse_number(name, value);
        const bool whole = steps >= 1 && steps <= static_cast<double>(longest_episode) &&
                           steps == std::floor(steps);
        if (!whole) {
            throw ConfigError(name + " = " + std::string(value) +
                              ": allowed whole numbers from 1 to " +
                              std::to_string(longest_episode));
        }
        settings.max_episode_steps = static_cast<std::int64_t>(steps);
    } else if (find_parameter(info, name) != nullptr) {
        settings.parameters[name] = {parse_number(name, value)};
    } else if (find_choice(info, name) != nullptr) {
        settings.choices[name] = value;
    } else if (has_text(info, name)) {
        settings.texts[name] = value;
    } else {
        throw ConfigError(unknown_setting(info, name));
    }
}

WorldSettings resolve(const Settings& settings, const EnvironmentEntry& entry,
                      std::int64_t worlds) {
    const EnvironmentInfo& info = entry.tables.info();
    WorldSettings resolved;
    std::string faults;
    for (int i = 0; i < info.parameter_count; ++i) {
        const auto given = settings.parameters.find(info.parameters[i].name);
        const bool absent = given == settings.parameters.end();
        resolved.parameters.push_back(absent ? std::vector{info.parameters[i].value}
                                             : given->second);
        check_range(info.parameters[i], resolved.parameters.back(), worlds, faults);
        resolved.per_world |= resolved.parameters.back().size() > 1;
    }
    for (int i = 0; i < info.choice_count; ++i) {
        const auto given = settings.choices.find(info.choices[i].name);
        const bool absent = given == settings.choices.end();
        resolved.choices[static_cast<std::size_t>(i)] =
            absent ? info.choices[i].value : option_index(info.choices[i], given->second, faults);
    }
    for (int i = 0; i < info.text_count; ++i) {
        const auto given = settings.texts.find(info.texts[i].name);
        resolved.texts.push_back(given == settings.texts.end() ? info.texts[i].value
                                                               : given->second);
    }
    for (const auto& [name, values] : settings.parameters) {
        if (find_parameter(info, name) == nullptr) faults += "\n" + unknown_setting(info, name);
    }
    for (const auto& [name, option] : settings.choices) {
        if (find_choice(info, name) == nullptr) faults += "\n" + unknown_setting(info, name);
    }
    for (const auto& [name, text] : settings.texts) {
        if (!has_text(info, name)) faults += "\n" + unknown_setting(info, name);
    }
    const std::int64_t limit = settings.max_episode_steps.value_or(entry.id.time_limit);
    if (limit < 1 || limit > longest_episode) {
        faults += "\nmax_episode_steps = " + std::to_string(limit) + ": allowed 1 to " +
                  std::to_string(longest_episode);
    }
    resolved.time_limit = static_cast<std::int32_t>(limit);
    if (!faults.empty()) throw ConfigError(std::string(entry.id.id) + ":" + faults);
    resolved.action_count = info.action_count;
    if (entry.tables.finite != nullptr) compile(resolved, entry);
    return resolved;
}

}  // namespace lockstep

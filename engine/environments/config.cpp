
#include "engine/environments/config.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <lockstep/error.hpp>

#include "engine/text/number_text.hpp"
#include "engine/text/text_file.hpp"

namespace lockstep {
namespace {

constexpr std::int64_t longest_episode = std::numeric_limits<std::int32_t>::max() / 2;

// Null if no entry has that name.
template <class Info>
const Info* find_named(const std::initializer_list<Info>& all, std::string_view name) {
    const auto found = std::ranges::find_if(all, [&](const Info& i) { return name == i.name; });
    return found == all.end() ? nullptr : found;
}

const ParameterInfo* find_parameter(const Description& about, std::string_view name) {
    return find_named(about.parameters, name);
}

const ChoiceInfo* find_choice(const Description& about, std::string_view name) {
    return find_named(about.choices, name);
}

const TextInfo* find_text(const Description& about, std::string_view name) {
    return find_named(about.texts, name);
}

NamedFile read_named(const TextInfo& text, const std::string& path) {
    return {path, std::make_shared<const std::string>(read_file(text.name, path))};
}

// The file that the text names in `settings`, read now unless it was before.
NamedFile file_of(const EnvSettings& settings, const TextInfo& text, const std::string& path) {
    const auto found = settings.files.find(text.name);
    const bool known = found != settings.files.end() && found->second.path == path;
    return known ? found->second : read_named(text, path);
}

void set_text(EnvSettings& settings, const TextInfo& text, const std::string& value) {
    if (text.file && !value.empty()) return set_file(settings, text.name, read_named(text, value));
    settings.files.erase(text.name);
    settings.texts[text.name] = value;
}

// With what `values` has in the members that are for it, unless they have it already.
EnvSettings sorted(const EnvSettings& settings, const Description& about) {
    EnvSettings all;
    for (const auto& [name, value] : settings.values) set(all, about, name + "=" + value.text());
    for (const auto& [name, value] : settings.parameters) all.parameters[name] = value;
    for (const auto& [name, value] : settings.choices) all.choices[name] = value;
    for (const auto& [name, value] : settings.texts) all.texts[name] = value;
    for (const auto& [name, value] : settings.files) all.files[name] = value;
    if (settings.max_episode_steps) all.max_episode_steps = settings.max_episode_steps;
    return all;
}

std::string unknown_setting(const Description& about, std::string_view name) {
    return unknown_name("parameter", name, setting_names(about));
}

// The index of the option, or -1 with an error appended to `faults`.
std::int32_t option_index(const ChoiceInfo& choice, const std::string& option,
                          std::string& faults) {
    const std::vector<std::string_view> known(choice.options.begin(), choice.options.end());
    const auto found = std::ranges::find(known, option);
    if (found != known.end()) return static_cast<std::int32_t>(found - known.begin());
    faults += "\n" + unknown_name(std::string("value of ") + choice.name, option, known);
    return -1;
}

void check_range(const ParameterInfo& about, const std::vector<double>& values, std::int64_t worlds,
                 std::string& faults) {
    if (values.size() != 1 && values.size() != static_cast<std::size_t>(worlds)) {
        faults += "\n" + std::string(about.name) + " has " + std::to_string(values.size()) +
                  " values: allowed 1 or one for each of " + std::to_string(worlds) + " worlds";
        return;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] >= about.low && values[i] <= about.high) continue;
        const std::string where = values.size() == 1 ? "" : " (world " + std::to_string(i) + ")";
        faults += "\n" + std::string(about.name) + " = " + shortest(values[i]) + where +
                  ": allowed " + shortest(about.low) + " to " + shortest(about.high) + " " +
                  about.unit;
        return;
    }
}

void compile(WorldSettings& settings, const EnvironmentEntry& entry) {
    settings.model =
        std::make_shared<FiniteModel>(entry.tables.finite->build(entry.id.id, settings));
    settings.action_count = settings.model->view().actions;
}

double parse_number(std::string_view name, std::string_view text) {
    if (const auto value = read_number(text)) return *value;
    throw ConfigError(std::string(name) + " = '" + std::string(text) + "': not a number");
}

}  // namespace

std::vector<std::string_view> setting_names(const Description& about) {
    std::vector<std::string_view> names;
    for (const ParameterInfo& parameter : about.parameters) names.emplace_back(parameter.name);
    for (const ChoiceInfo& choice : about.choices) names.emplace_back(choice.name);
    for (const TextInfo& text : about.texts) names.emplace_back(text.name);
    names.emplace_back("max_episode_steps");
    return names;
}

void set(EnvSettings& settings, const Description& about, std::string_view assignment) {
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
    } else if (find_parameter(about, name) != nullptr) {
        settings.parameters[name] = {parse_number(name, value)};
    } else if (find_choice(about, name) != nullptr) {
        settings.choices[name] = value;
    } else if (const TextInfo* text = find_text(about, name)) {
        set_text(settings, *text, std::string(value));
    } else {
        throw ConfigError(unknown_setting(about, name));
    }
}

bool names_file(const Description& about, std::string_view name) {
    const TextInfo* text = find_text(about, name);
    return text != nullptr && text->file;
}

void set_file(EnvSettings& settings, const std::string& name, NamedFile file) {
    settings.texts[name] = file.path;
    settings.files[name] = std::move(file);
}

void read_files(EnvSettings& settings, const Description& about) {
    settings = sorted(settings, about);
    for (const auto& [name, path] : settings.texts) {
        const TextInfo* text = find_text(about, name);
        if (text == nullptr || !text->file || path.empty()) continue;
        settings.files[name] = file_of(settings, *text, path);
    }
}

WorldSettings resolve(const EnvSettings& all, const EnvironmentEntry& entry, std::int64_t worlds) {
    const Description& about = entry.tables.about();
    const EnvSettings settings = sorted(all, about);
    WorldSettings resolved;
    std::string faults;
    for (const ParameterInfo& parameter : about.parameters) {
        const auto given = settings.parameters.find(parameter.name);
        const bool absent = given == settings.parameters.end();
        resolved.parameters.push_back(absent ? std::vector{parameter.value} : given->second);
        check_range(parameter, resolved.parameters.back(), worlds, faults);
        resolved.per_world |= resolved.parameters.back().size() > 1;
    }
    for (const ChoiceInfo& choice : about.choices) {
        const auto given = settings.choices.find(choice.name);
        const bool absent = given == settings.choices.end();
        resolved.choices.push_back(absent ? choice.value
                                          : option_index(choice, given->second, faults));
    }
    for (const TextInfo& text : about.texts) {
        const auto given = settings.texts.find(text.name);
        resolved.texts.push_back(given == settings.texts.end() ? text.value : given->second);
    }
    for (const auto& [name, values] : settings.parameters) {
        if (find_parameter(about, name) == nullptr) faults += "\n" + unknown_setting(about, name);
    }
    for (const auto& [name, option] : settings.choices) {
        if (find_choice(about, name) == nullptr) faults += "\n" + unknown_setting(about, name);
    }
    for (const auto& [name, text] : settings.texts) {
        if (find_text(about, name) == nullptr) faults += "\n" + unknown_setting(about, name);
    }
    const std::int64_t limit = settings.max_episode_steps.value_or(entry.id.max_episode_steps);
    if (limit < 1 || limit > longest_episode) {
        faults += "\nmax_episode_steps = " + std::to_string(limit) + ": allowed 1 to " +
                  std::to_string(longest_episode);
    }
    resolved.time_limit = static_cast<std::int32_t>(limit);
    if (!faults.empty()) throw ConfigError(std::string(entry.id.id) + ":" + faults);
    for (const TextInfo& text : about.texts) {
        const std::string& path = resolved.texts[resolved.files.size()];
        const bool none = !text.file || path.empty();
        resolved.files.push_back(none ? nullptr : file_of(settings, text, path).text);
    }
    resolved.action_count = about.action_count();
    if (entry.tables.finite != nullptr) compile(resolved, entry);
    return resolved;
}

}  // namespace lockstep

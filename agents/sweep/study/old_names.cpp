
#include "agents/sweep/study/old_names.hpp"

#include <algorithm>
#include <string>

#include <lockstep/agent.hpp>

#include "agents/sweep/study/fields.hpp"

namespace lockstep::sweep {
namespace {

// The settings of the study's agent; none if there is no such agent.
std::span<const Setting> settings_of(const Json& study) {
    const std::string id = study.at("study").at("agent").get<std::string>();
    const auto found = std::ranges::find(agents(), id, &Agent::id);
    return found == agents().end() ? std::span<const Setting>() : found->settings;
}

class Names {
public:
    explicit Names(std::span<const Setting> settings) : settings_(settings) {}

    std::string current(const std::string& name) const {
        if (find_setting(settings_, name) != nullptr) return name;
        const auto renamed = std::ranges::find_if(settings_, [&](const Setting& setting) {
            return setting.old_name != nullptr && name == setting.old_name;
        });
        return renamed == settings_.end() ? name : renamed->name;
    }
    Json keys(const Json& object) const {
        Json result = Json::object();
        for (const auto& [name, value] : object.items()) result[current(name)] = value;
        return result;
    }
    // Replaces the words of a constraint that are names.
    std::string constraint(const std::string& text) const {
        std::string result;
        for (std::size_t at = 0; at < text.size();) {
            std::size_t end = at;
            while (end < text.size() && in_a_name(text[end])) ++end;
            if (end > at) {
                result += current(text.substr(at, end - at));
                at = end;
            } else {
                result += text[at++];
            }
        }
        return result;
    }

private:
    static bool in_a_name(char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    }
    std::span<const Setting> settings_;
};

Json current_fields(const Json& fields, const Names& names) {
    Json result = Json::object();
    for (const auto& [name, value] : fields.items()) {
        const std::string_view now = current_key(name);
        result[now.empty() ? name : std::string(now)] = value;
    }
    Json constraints = Json::array();
    for (const Json& text : fields.at("constraints"))
        constraints.push_back(names.constraint(text.get<std::string>()));
    result["constraints"] = constraints;
    return result;
}

Json current_space(const Json& space, const Names& names) {
    Json result = Json::object();
    for (const auto& [name, parameter] : space.items()) {
        Json& now = result[names.current(name)] = parameter;
        if (parameter.contains("when")) now["when"] = names.keys(parameter.at("when"));
    }
    return result;
}

}  // namespace

Json with_current_names(const Json& study) {
    const Names names(settings_of(study));
    Json result = study;
    result["study"] = current_fields(study.at("study"), names);
    result["set"] = names.keys(study.at("set"));
    result["space"] = current_space(study.at("space"), names);
    result["enqueue"] = Json::array();
    for (const Json& entry : study.at("enqueue")) result["enqueue"].push_back(names.keys(entry));
    return result;
}

}  // namespace lockstep::sweep

// lockstep list [envs|agents|experiments|isa]

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include <lockstep/agent.hpp>

#include "engine/environments/config.hpp"
#include "engine/text/json.hpp"
#include "tools/command_line/verb.hpp"
#include "tools/reproduce/experiments.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace {

Json items(std::initializer_list<const char*> words) {
    return std::vector<std::string>(words.begin(), words.end());
}

Json describe(const ParameterInfo& p) {
    return {{"name", p.name}, {"default", p.value}, {"min", p.low},
            {"max", p.high},  {"unit", p.unit},     {"meaning", p.meaning}};
}

Json describe(const ChoiceInfo& c) {
    return {{"name", c.name},
            {"default", c.options.begin()[c.value]},
            {"options", items(c.options)},
            {"meaning", c.meaning}};
}

Json describe(const TextInfo& t) {
    return {{"name", t.name}, {"default", t.value}, {"meaning", t.meaning}};
}

Json describe(const ActionInfo& a) {
    if (a.option_count() > 0) return {{"name", a.name}, {"options", items(a.options)}};
    return {{"name", a.name}, {"min", a.low}, {"max", a.high}, {"unit", a.unit}};
}

Json describe(const ColumnInfo& c) {
    // Infinite bounds are null, since JSON has no number for them.
    return {{"name", c.name},
            {"min", c.low},
            {"max", c.high},
            {"unit", c.unit},
            {"shape", std::vector<int>(c.shape.begin(), c.shape.end())}};
}

Json describe(const Setting& s) {
    const bool integer = s.type == Setting::Type::integer;
    Json json{{"name", s.name},
              {"default", s.value.is_number() ? number_json(s.value.number(), integer)
                                              : Json(s.value.text())}};
    if (s.value.is_number()) {
        json["min"] = number_json(s.min, integer);
        json["max"] = number_json(s.max, integer);
    }
    if (s.type == Setting::Type::word)
        json["options"] = std::vector<std::string>(s.words.begin(), s.words.end());
    json["whole"] = integer;
    json["budget"] = s.budget;
    json["per_learner"] = s.per_learner;
    json["meaning"] = s.meaning;
    return json;
}

Json describe(const EnvironmentEntry& entry);
Json describe(const Agent& agent);
Json describe(const Experiment& experiment);
Json describe(const Isa& isa);

template <class Range>
Json describe_all(const Range& range) {
    Json list = Json::array();
    for (const auto& item : range) list.push_back(describe(item));
    return list;
}

Json describe(const EnvironmentEntry& entry) {
    const Description& about = entry.tables.about();
    return {{"id", entry.id.id},
            {"name", about.name},
            {"source", about.source},
            {"max_episode_steps", entry.id.max_episode_steps},
            {"reward_threshold", entry.id.reward_threshold},  // null if there is none
            {"actions", resolve({}, entry, 1).action_count},  // 0: see the columns
            {"action_names", items(about.actions)},
            {"action_columns", describe_all(about.action_columns)},
            {"state", column_names(about.state_columns())},
            {"observation", column_names(about.observations)},
            {"observation_columns", describe_all(about.observations)},
            {"parameters", describe_all(about.parameters)},
            {"choices", describe_all(about.choices)},
            {"texts", describe_all(about.texts)}};
}

Json describe(const Agent& agent) {
    return {
        {"id", agent.id}, {"source", agent.source}, {"parameters", describe_all(agent.settings)}};
}

Json describe(const Experiment& experiment) {
    return {{"id", experiment.id},
            {"source", experiment.source},
            {"published", parse_json(experiment.published)}};
}

Json describe(const Isa& isa) {
    return {{"name", name(isa)}, {"supported", supported(isa)}, {"active", isa == default_isa()}};
}

std::string text(const Json& value) { return value.get<std::string>(); }
std::string range(const Json& p) {
    const std::string unit = p.contains("unit") ? text(p["unit"]) : "";
    return fmt::format("{} to {}{}{}", p["min"].get<double>(), p["max"].get<double>(),
                       unit.empty() ? "" : " ", unit);
}

// A number, or its name if the setting has named values.
std::string default_text(const Json& p) {
    const Json& value = p["default"];
    return value.is_string() ? text(value) : fmt::format("{}", value.get<double>());
}

std::string options_text(const Json& p) {
    return fmt::format("{}", fmt::join(p["options"].get<std::vector<std::string>>(), ", "));
}

void print_parameters(const Json& list) {
    for (const Json& p : list) {
        std::string allowed;
        if (p.contains("min")) allowed = fmt::format(" ({})", range(p));
        if (p.contains("options")) allowed = fmt::format(" ({})", options_text(p));
        fmt::print("    {:24} {:<20} {}{}\n", text(p["name"]), default_text(p), text(p["meaning"]),
                   allowed);
    }
}

// "3 actions (left, none, right)", "torque -2 to 2 N m".
std::string actions_text(const Json& env) {
    std::vector<std::string> columns;
    for (const Json& a : env["action_columns"]) {
        columns.push_back(
            text(a["name"]) + " " +
            (a.contains("options")
                 ? fmt::format("{}", fmt::join(a["options"].get<std::vector<std::string>>(), "|"))
                 : range(a)));
    }
    if (!columns.empty()) return fmt::format("{}", fmt::join(columns, ", "));
    const auto names = env["action_names"].get<std::vector<std::string>>();
    return fmt::format("{} actions{}", env["actions"].get<int>(),
                       names.empty() ? "" : fmt::format(" ({})", fmt::join(names, ", ")));
}

void print_envs(const Json& envs) {
    for (std::size_t i = 0; i < envs.size(); ++i) {
        const Json& env = envs[i];
        const double threshold = env["reward_threshold"].get<double>();
        fmt::print("  {}: {}, {} steps at most{}\n", text(env["id"]), actions_text(env),
                   env["max_episode_steps"].get<int>(),
                   std::isfinite(threshold) ? fmt::format(", solved from {}", threshold) : "");
        // Ids of one environment are adjacent, and share its parameters.
        if (i + 1 < envs.size() && envs[i + 1]["name"] == env["name"]) continue;
        fmt::print("    state: {}\n",
                   fmt::join(env["state"].get<std::vector<std::string>>(), ", "));
        print_parameters(env["parameters"]);
        for (const Json& c : env["choices"]) {
            fmt::print("    {:24} {:<20} {} ({})\n", text(c["name"]), text(c["default"]),
                       text(c["meaning"]),
                       fmt::join(c["options"].get<std::vector<std::string>>(), ", "));
        }
        for (const Json& t : env["texts"]) {
            fmt::print("    {:24} {:<20} {}\n", text(t["name"]), text(t["default"]),
                       text(t["meaning"]));
        }
        fmt::print("    {:24} {:<20} {}\n", "max_episode_steps", "",
                   "time limit instead of the id's");
    }
}

void print_agents(const Json& agents) {
    for (const Json& agent : agents) {
        fmt::print("  {}: {}\n", text(agent["id"]), text(agent["source"]));
        print_parameters(agent["parameters"]);
    }
}

void print_experiments(const Json& experiments) {
    for (const Json& experiment : experiments) {
        fmt::print("  {}: {}\n    published: {}\n", text(experiment["id"]),
                   text(experiment["source"]), experiment["published"].dump());
    }
}

void print_isas(const Json& isas) {
    for (const Json& isa : isas) {
        fmt::print("  {:8}{}{}\n", text(isa["name"]),
                   isa["supported"].get<bool>() ? "supported" : "not supported by this CPU",
                   isa["active"].get<bool>() ? ", active" : "");
    }
}

struct Topic {
    std::string_view name;
    Json (*describe)();
    void (*print)(const Json&);
};
constexpr Topic topics[] = {
    {"envs", [] { return describe_all(environments()); }, print_envs},
    {"agents", [] { return describe_all(agents()); }, print_agents},
    {"experiments", [] { return describe_all(experiments()); }, print_experiments},
    {"isa", [] { return describe_all(built_isas); }, print_isas},
};

std::vector<std::string_view> topic_names() {
    std::vector<std::string_view> names;
    for (const Topic& topic : topics) names.push_back(topic.name);
    return names;
}

struct ListTexts {
    std::string wanted;
};

Options options(ListTexts& texts) {
    return {{"WHAT", texts.wanted, "envs, agents, experiments or isa (all)", topic_names()}};
}

void list(const ListTexts& texts, const Common& common, Faults& faults) {
    const std::string& wanted = texts.wanted;
    if (!wanted.empty()) faults.choice("list", wanted, topic_names());
    faults.raise();
    Json document;
    for (const Topic& topic : topics) {
        if (!wanted.empty() && wanted != topic.name) continue;
        document[topic.name] = topic.describe();
        if (common.json) continue;
        fmt::print("{}\n", topic.name);
        topic.print(document[topic.name]);
    }
    if (common.json) print_json(document);
}

}  // namespace

Verb list_verb() {
    return {"list", "list environments, agents, experiments and instruction sets",
            call<ListTexts, options, list>};
}

}  // namespace lockstep

// Studies as JSON: what a store keeps, and two of which are compared.

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include <lockstep/agents/sweep/study.hpp>
#include <lockstep/engine/error.hpp>

namespace lockstep::sweep {
namespace {

using Json = nlohmann::ordered_json;

// What Space::text made of a value.
double value_of(const SearchParameter& p, const std::string& text) {
    if (p.scale != Scale::choice) return Json::parse(text);
    return static_cast<double>(std::ranges::find(p.choices, text) - p.choices.begin());
}

Json parameter_json(const Space& space, int i) {
    const SearchParameter& p = space[i];
    Json json;
    if (p.scale == Scale::choice) {
        json["choice"] = p.choices;
    } else {
        json[std::string(scale_names[static_cast<std::size_t>(p.scale)])] = {p.low, p.high};
    }
    if (!p.discrete() && p.points > 0) json["points"] = p.points;
    if (p.parent < 0) return json;
    std::vector<std::string> values;
    for (const double v : p.parent_values) values.push_back(space.text(p.parent, v));
    json["when"][space[p.parent].name] = values;
    return json;
}

Json study_json(const Study& s) {
    return {{"env", s.env},
            {"agent", s.agent},
            {"sampler", s.sampler},
            {"scheduler", scheduler_names[static_cast<std::size_t>(s.scheduler)]},
            {"trials", s.trials},
            {"generation", s.generation},
            {"tuning_seeds", s.tuning_seeds},
            {"first_seeds", s.first_seeds},
            {"eta", s.eta},
            {"budget", s.budget},
            {"least_budget", s.least_budget},
            {"objective", score_names[static_cast<std::size_t>(s.objective)]},
            {"direction", s.maximize ? "maximize" : "minimize"},
            {"seed", s.seed},
            {"test_episodes", s.test_episodes},
            {"max_steps", s.max_steps},
            {"top", s.top},
            {"validation_seeds", s.validation_seeds},
            {"test_seeds", s.test_seeds},
            {"constraints", s.constraints}};
}

template <std::size_t count>
std::size_t index_of(const std::string& word, const std::string_view (&words)[count]) {
    const auto found = std::ranges::find(words, word);
    if (found == std::end(words)) throw ConfigError("unknown value '" + word + "'");
    return static_cast<std::size_t>(found - std::begin(words));
}

SearchParameter read_parameter(const std::string& name, const Json& json,
                               const std::vector<SearchParameter>& earlier) {
    SearchParameter p;
    p.name = name;
    for (const auto& [key, value] : json.items()) {
        if (key == "choice") {
            p.scale = Scale::choice;
            p.choices = value.get<std::vector<std::string>>();
        } else if (key == "points") {
            p.points = value;
        } else if (key == "when") {
            const std::string& parent = value.items().begin().key();
            const auto at = std::ranges::find(earlier, parent, &SearchParameter::name);
            p.parent = static_cast<int>(at - earlier.begin());
            for (const std::string& text : value.front().get<std::vector<std::string>>())
                p.parent_values.push_back(
                    value_of(earlier.at(static_cast<std::size_t>(p.parent)), text));
        } else {
            p.scale = static_cast<Scale>(index_of(key, scale_names));
            p.low = value.at(0), p.high = value.at(1);
        }
    }
    return p;
}

void read_numbers(Study& s, const Json& json) {
    json.at("trials").get_to(s.trials);
    json.at("generation").get_to(s.generation);
    json.at("tuning_seeds").get_to(s.tuning_seeds);
    json.at("first_seeds").get_to(s.first_seeds);
    json.at("eta").get_to(s.eta);
    json.at("budget").get_to(s.budget);
    json.at("least_budget").get_to(s.least_budget);
    json.at("seed").get_to(s.seed);
    json.at("test_episodes").get_to(s.test_episodes);
    json.at("max_steps").get_to(s.max_steps);
    json.at("top").get_to(s.top);
    json.at("validation_seeds").get_to(s.validation_seeds);
    json.at("test_seeds").get_to(s.test_seeds);
}

Study read(const Json& document) {
    const Json& json = document.at("study");
    Study s;
    read_numbers(s, json);
    json.at("env").get_to(s.env);
    json.at("agent").get_to(s.agent);
    json.at("sampler").get_to(s.sampler);
    json.at("constraints").get_to(s.constraints);
    s.scheduler = static_cast<Scheduler>(index_of(json.at("scheduler"), scheduler_names));
    s.objective = static_cast<Score>(index_of(json.at("objective"), score_names));
    s.maximize = json.at("direction") == "maximize";
    for (const auto& [name, value] : document.at("set").items()) s.set[name] = value;
    std::vector<SearchParameter> parameters;
    for (const auto& [name, value] : document.at("space").items())
        parameters.push_back(read_parameter(name, value, parameters));
    s.space = Space(std::move(parameters), s.constraints);
    return s;
}

}  // namespace

std::string canonical_text(const Study& study) {
    Json document;
    document["study"] = study_json(study);
    document["set"] = Json::object();
    for (const auto& [name, value] : study.set) document["set"][name] = value;
    document["space"] = Json::object();
    for (int i = 0; i < study.space.size(); ++i)
        document["space"][study.space[i].name] = parameter_json(study.space, i);
    return document.dump();
}

Study read_canonical(const std::string& text) {
    try {
        return read(Json::parse(text));
    } catch (const std::exception& error) {
        throw ConfigError(std::string("a study cannot be read: ") + error.what());
    }
}

}  // namespace lockstep::sweep

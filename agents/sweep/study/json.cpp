// Studies as JSON: the form that a store keeps, and in which two studies are compared.

#include <algorithm>
#include <cmath>

#include <lockstep/error.hpp>

#include "agents/sweep/study/fields.hpp"
#include "agents/sweep/study/named_files.hpp"
#include "agents/sweep/study/old_names.hpp"
#include "engine/text/json.hpp"

namespace lockstep::sweep {
namespace {

// The value that Space::text wrote.
double value_of(const SearchParameter& p, const std::string& text) {
    if (p.scale != Scale::choice) return parse_json(text).get<double>();
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
    if (p.log) json["log"] = true;
    if (p.step > 0) json["step"] = p.step;
    if (p.points > 0) json["points"] = p.points;
    if (p.parent < 0) return json;
    std::vector<std::string> values;
    for (const double v : p.parent_values) values.push_back(space.text(p.parent, v));
    json["when"][space[p.parent].name] = values;
    return json;
}

struct FieldToJson {
    const Study& study;
    template <class T>
    Json operator()(T Study::*member) const {
        return study.*member;
    }
    Json operator()(std::optional<double> Study::*member) const {
        return study.*member ? Json(*(study.*member)) : Json(nullptr);
    }
    Json operator()(const WordMember& member) const { return member.words[member.get(study)]; }
};

Json study_json(const Study& study) {
    Json json;
    for (const StudyField& field : study_fields())
        json[std::string(field.name)] = std::visit(FieldToJson{study}, field.member);
    return json;
}

std::size_t index_of(const std::string& word, std::span<const std::string_view> words) {
    const auto found = std::ranges::find(words, word);
    if (found == words.end()) throw ConfigError("unknown value '" + word + "'");
    return static_cast<std::size_t>(found - words.begin());
}

struct FieldFromJson {
    Study& study;
    const Json& json;
    template <class T>
    void operator()(T Study::*member) const {
        study.*member = json.get<T>();
    }
    void operator()(std::optional<double> Study::*member) const {
        if (!json.is_null()) study.*member = json.get<double>();
    }
    void operator()(const WordMember& member) const {
        member.set(study, index_of(json.string(), member.words));
    }
};

SearchParameter read_parameter(const std::string& name, const Json& json,
                               const std::vector<SearchParameter>& earlier) {
    SearchParameter p;
    p.name = name;
    for (const auto& [key, value] : json.items()) {
        if (key == "choice") {
            p.scale = Scale::choice;
            p.choices = value.get<std::vector<std::string>>();
        } else if (key == "log" && value.is_boolean()) {
            p.log = value.get<bool>();
        } else if (key == "step") {
            p.step = value.get<double>();
        } else if (key == "points") {
            p.points = value.get<std::int64_t>();
        } else if (key == "when") {
            const std::string& parent = value.items().front().name;
            const auto at = std::ranges::find(earlier, parent, &SearchParameter::name);
            p.parent = static_cast<int>(at - earlier.begin());
            for (const std::string& text :
                 value.items().front().value.get<std::vector<std::string>>())
                p.parent_values.push_back(
                    value_of(earlier.at(static_cast<std::size_t>(p.parent)), text));
        } else {
            p.scale = static_cast<Scale>(index_of(key, scale_names));
            p.low = value[0].get<double>(), p.high = value[1].get<double>();
        }
    }
    return p;
}

// Numbers, the texts of choices, and null for no value.
Json prior_json(const Study& study) {
    if (study.warm_start.empty()) return nullptr;
    Json rows = Json::array();
    const auto size = static_cast<std::size_t>(study.space.size());
    for (std::size_t at = 0; size > 0 && at < study.prior.values.size(); at += size) {
        Json& row = rows.push_back(Json::array());
        for (int i = 0; i < study.space.size(); ++i) {
            const double value = study.prior.values[at + static_cast<std::size_t>(i)];
            row.push_back(std::isnan(value) ? Json(nullptr) : Json(study.space.text(i, value)));
        }
    }
    return {{"trials", study.prior.trials}, {"rows", rows}};
}

void read_prior(const Json& json, Study& study) {
    if (json.is_null()) return;
    study.prior.trials = json.at("trials").get<std::int64_t>();
    for (const Json& row : json.at("rows")) {
        for (int i = 0; i < study.space.size(); ++i) {
            const Json& value = row[static_cast<std::size_t>(i)];
            study.prior.values.push_back(
                value.is_null() ? std::nan("") : value_of(study.space[i], value.string()));
        }
    }
}

constexpr const char* earlier = "the study is of another version of Lockstep: ";

void check_files(const Study& study) {
    for (const FileUse& use : files_used(study)) {
        if (!study.files.contains(use.file))
            throw ConfigError(earlier + ("what '" + use.file) + "' said, which " + use.name +
                              " names, was not recorded");
    }
}

Study read(const Json& document) {
    Study s;
    for (const StudyField& field : study_fields()) {
        const std::string name(field.name);
        if (!document.at("study").contains(name))
            throw ConfigError(earlier + ("it has no '" + name) + "'");
        std::visit(FieldFromJson{s, document["study"][name]}, field.member);
    }
    for (const auto& [name, value] : document.at("set").items()) s.set[name] = value.string();
    std::vector<SearchParameter> parameters;
    for (const auto& [name, value] : document.at("space").items())
        parameters.push_back(read_parameter(name, value, parameters));
    s.space = Space(std::move(parameters), s.constraints);
    s.enqueue = document.at("enqueue").get<decltype(s.enqueue)>();
    read_prior(document.at("prior"), s);
    const Json files = document.value("files", Json::object());
    for (const auto& [name, text] : files.items())
        s.files[name] = std::make_shared<const std::string>(text.string());
    check_files(s);
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
    document["enqueue"] = study.enqueue;
    document["prior"] = prior_json(study);
    for (const auto& [name, text] : study.files) document["files"][name] = *text;
    return document.dump();
}

Study read_canonical(const std::string& text) {
    try {
        return read(with_current_names(parse_json(text)));
    } catch (const ConfigError&) {
        throw;
    } catch (const std::exception& error) {
        throw ConfigError(std::string("a study cannot be read: ") + error.what());
    }
}

}  // namespace lockstep::sweep


#include "tools/results/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

#include "agents/network/acting_network.hpp"
#include "engine/memory/hash.hpp"
#include "engine/text/json.hpp"
#include "engine/text/text_file.hpp"
#include "tools/results/training.hpp"
#include "tools/text/base64.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace {

constexpr std::string_view format_name = "lockstep-result";
constexpr int format_version = 3;

// File names can be in any encoding; JSON is UTF-8.
std::string dump(const Json& json) { return json.dump({.replace = true}); }

std::string checksum(const Json& report) {
    Hash hash;
    const std::string text = dump(report);
    hash.add(std::span<const char>(text));
    return fmt::format("{:016x}", hash.value());
}

Json parse(const std::string& text) {
    try {
        return parse_json(text);
    } catch (const JsonError& error) {
        throw ConfigError(fmt::format("not a result, or a truncated one: {}", error.what()));
    }
}

std::string file_text(const Json& file) { return dump(file) + "\n"; }

// Whether nobody changed the text since a `save_result` of any version wrote it. A file has exactly
// one valid text, so that all damage is found; blanks after it are ignored.
bool intact(const Json& file, const std::string& text) {
    const std::string written = file_text(file);
    return file.value("version", Json()).is_number() && file.contains("result") &&
           file.value("checksum", Json()) == checksum(file.at("result")) &&
           text.starts_with(written) &&
           text.find_first_not_of(" \t\n", written.size()) == text.npos;
}

// The report inside, if the file is a result of this version and intact.
Json unwrap(const std::string& text) {
    const Json file = parse(text);
    if (!file.is_object() || file.value("format", Json()) != format_name)
        throw ConfigError("not a result that `train --out` wrote");
    const Json version = file.value("version", Json());
    if (version != format_version) {
        throw ConfigError(fmt::format("format version {}: this program reads version {}",
                                      version.dump(), format_version));
    }
    if (!intact(file, text)) throw ConfigError("damaged: the checksum does not fit");
    return file.at("result");
}

// As on the command line.
std::string assignment(const std::string& name, const Json& value) {
    return name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
}

// A setting's current name: an earlier version may have written the file.
std::string current_name(const Agent& agent, std::string_view group, const std::string& name) {
    const auto old = std::ranges::find_if(agent.settings, [&](const Setting& setting) {
        return setting.old_name != nullptr && name == setting.old_name;
    });
    const bool renamed = group == "agent" && find_setting(agent.settings, name) == nullptr &&
                         old != agent.settings.end();
    return renamed ? old->name : name;
}

LearntTable read_table(const Json& json) {
    LearntTable table{json.at("states").get<std::int64_t>(), json.at("actions").get<std::int64_t>(),
                      json.at("rest").get<double>(),
                      json.at("at").get<std::vector<std::uint32_t>>(),
                      json.at("values").get<std::vector<double>>()};
    const auto size = static_cast<std::uint64_t>(table.states * table.actions);
    if (table.index.size() != table.values.size() ||
        std::ranges::any_of(table.index, [&](std::uint32_t k) { return k >= size; })) {
        throw ConfigError("a table's elements do not fit its shape");
    }
    return table;
}

void read_config(SavedResult& saved, const Json& report) {
    const Json& config = report.at("config");
    saved.agent = report.at("agent").get<std::string>();
    saved.config.env = report.at("env").get<std::string>();
    saved.config.seed = config.at("seed").get<std::uint64_t>();
    saved.config.learners = report.at("seeds").get<std::int64_t>();
    saved.config.precision = config.at("precision") == "f64" ? Precision::f64 : Precision::f32;
    const Agent& agent = find_agent(saved.agent);
    const Json& files = config.at("files");
    for (const char* group : {"env", "agent"}) {
        for (const auto& [name, value] : config.at(group).items()) {
            if (!files.contains(name))
                set(saved.config, agent, assignment(current_name(agent, group, name), value));
        }
    }
    // The files' contents at the time of training count, not the current ones.
    for (const auto& [name, text] : files.items()) {
        set_file(saved.config.env_settings, name,
                 {config.at("env").at(name).get<std::string>(),
                  std::make_shared<const std::string>(text.get<std::string>())});
    }
}

void check_network_shape(const SavedResult& saved, const Json& shape) {
    const ActingNetwork acting = acting_network(saved.config, find_agent(saved.agent));
    if (shape != network_shape_json(acting.shape)) {
        throw ConfigError(fmt::format("a network of the shape {}, where its settings make {}",
                                      shape.dump(), network_shape_json(acting.shape).dump()));
    }
    for (const std::vector<double>& network : saved.networks)
        if (!network.empty()) check_size(acting, network);
}

void read_networks(SavedResult& saved, const Json& report) {
    if (!report.contains("networks")) return;
    saved.networks = report.at("networks").get<std::vector<std::vector<double>>>();
    check_network_shape(saved, report.at("network_shape"));
}

void read_progress(SavedResult& saved, const Json& report) {
    saved.finished = report.value("finished", true).get<bool>();
    saved.seconds = report.at("wall_s").get<double>();
    saved.lane_steps = report.value("lane_steps", 0).get<std::int64_t>();
    for (const Json& state : report.value("states", Json::array())) {
        saved.states.push_back(decode_base64(state.get<std::string>()));
        learner_stage(saved.states.back());
    }
}

void check_learners(const SavedResult& saved) {
    for (const std::size_t count :
         {saved.policies.size(), saved.tables.size(), saved.networks.size(), saved.states.size()}) {
        if (count == 0 || std::cmp_equal(count, saved.config.learners)) continue;
        throw ConfigError(
            fmt::format("results of {} learners, of {}", count, saved.config.learners));
    }
}

SavedResult read_report(const Json& report) {
    SavedResult saved;
    read_config(saved, report);
    for (const Json& table : report.value("tables", Json::array()))
        saved.tables.push_back(read_table(table));
    for (const Json& policy : report.at("policies")) {
        saved.policies.push_back({policy.at("name").get<std::string>(),
                                  policy.at("weights").get<std::vector<double>>()});
    }
    read_networks(saved, report);
    read_progress(saved, report);
    check_learners(saved);
    return saved;
}

}  // namespace

std::size_t learnt_count(const SavedResult& saved) {
    return std::max({saved.policies.size(), saved.tables.size(), saved.networks.size()});
}

LearnerStage stage_of(const SavedResult& saved, std::size_t learner) {
    return saved.states.empty() ? LearnerStage::finished : learner_stage(saved.states[learner]);
}

void save_result(const std::string& path, const Json& report) {
    const Json file{{"format", format_name},
                    {"version", format_version},
                    {"checksum", checksum(report)},
                    {"result", report}};
    write_file(path, file_text(file));
}

Found found_result(const std::string& path) {
    const std::string head = fmt::format("{{\"format\":\"{}\",", format_name);
    try {
        const std::string text = bytes_behind(head, path);
        return replaceable_if(intact(parse_json(text), text));
    } catch (const JsonError&) {
        return {Found::others};
    }
}

SavedResult load_result(const std::string& path) {
    const std::string text = read_text_file(path);
    try {
        return read_report(unwrap(text));
    } catch (const JsonError& error) {
        throw ConfigError(fmt::format("{}: not a result: {}", path, error.what()));
    } catch (const ConfigError& error) {
        throw ConfigError(fmt::format("{}: {}", path, error.what()));
    }
}

}  // namespace lockstep

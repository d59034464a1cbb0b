#include <lockstep/tools/result_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include <lockstep/engine/error.hpp>
#include <lockstep/engine/hash.hpp>
#include <lockstep/tools/output.hpp>
#include <lockstep/tools/policy_text.hpp>

namespace lockstep {
namespace {

constexpr std::string_view format_name = "lockstep-result";
constexpr int format_version = 1;

std::string checksum(const Json& report) {
    Hash hash;
    const std::string text = report.dump();
    hash.add(std::span<const char>(text));
    return fmt::format("{:016x}", hash.value());
}

Json parse_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw ConfigError(fmt::format("{}: cannot be read", path));
    try {
        return Json::parse(file);
    } catch (const Json::exception& error) {
        throw ConfigError(
            fmt::format("{}: not a result, or a truncated one: {}", path, error.what()));
    }
}

// The report within, if the file is one of ours, of this version and whole.
Json unwrap(const std::string& path, const Json& file) {
    if (!file.is_object() || file.value("format", Json()) != format_name) {
        throw ConfigError(fmt::format("{}: not a result that `train --out` wrote", path));
    }
    const Json version = file.value("version", Json());
    if (version != format_version) {
        throw ConfigError(fmt::format("{}: format version {}: this program reads version {}", path,
                                      version.dump(), format_version));
    }
    Json report = file.value("result", Json());
    if (file.value("checksum", Json()) != checksum(report)) {
        throw ConfigError(fmt::format("{}: damaged: the checksum does not fit", path));
    }
    return report;
}

// As the command line would say them.
std::string assignment(const std::string& name, const Json& value) {
    return name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
}

LearntTable read_table(const Json& json) {
    LearntTable table{json.at("states").get<std::int64_t>(), json.at("actions").get<std::int64_t>(),
                      json.at("rest").get<double>(),
                      json.at("at").get<std::vector<std::uint32_t>>(),
                      json.at("values").get<std::vector<double>>()};
    const auto size = static_cast<std::uint64_t>(table.states * table.actions);
    if (table.at.size() != table.values.size() ||
        std::ranges::any_of(table.at, [&](std::uint32_t k) { return k >= size; })) {
        throw ConfigError("a table's elements do not fit its shape");
    }
    return table;
}

SavedResult read_report(const Json& report) {
    SavedResult saved;
    const Json& config = report.at("config");
    saved.agent = report.at("agent").get<std::string>();
    saved.config.env = report.at("env").get<std::string>();
    saved.config.seed = config.at("seed").get<std::uint64_t>();
    saved.config.precision = config.at("precision") == "f64" ? Precision::f64 : Precision::f32;
    const Agent& agent = find_agent(saved.agent);
    for (const char* group : {"env", "agent"}) {
        for (const auto& [name, value] : config.at(group).items())
            set(saved.config, agent, assignment(name, value));
    }
    for (const Json& table : report.value("tables", Json::array()))
        saved.tables.push_back(read_table(table));
    for (const Json& policy : report.at("policies")) {
        saved.policies.push_back({policy.at("name").get<std::string>(),
                                  policy.at("weights").get<std::vector<double>>()});
    }
    return saved;
}

}  // namespace

void save_result(const std::string& path, const Json& report) {
    const Json file{{"format", format_name},
                    {"version", format_version},
                    {"checksum", checksum(report)},
                    {"result", report}};
    write_file(path, file.dump(2) + "\n");
}

SavedResult load_result(const std::string& path) {
    const Json report = unwrap(path, parse_file(path));
    try {
        return read_report(report);
    } catch (const Json::exception& error) {
        throw ConfigError(fmt::format("{}: not a result: {}", path, error.what()));
    }
}

}  // namespace lockstep

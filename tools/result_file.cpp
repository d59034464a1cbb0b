#include <lockstep/tools/result_file.hpp>

#include <fmt/format.h>

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

void read_settings(Settings& settings, const Json& json) {
    for (const auto& [name, value] : json.items()) {
        if (name == "max_episode_steps") {
            settings.max_episode_steps = value.get<std::int64_t>();
        } else if (value.is_string()) {
            settings.choices[name] = value.get<std::string>();
        } else {
            settings.parameters[name] = {value.get<double>()};
        }
    }
}

SavedResult read_report(const Json& report) {
    SavedResult saved;
    const Json& config = report.at("config");
    saved.agent = report.at("agent").get<std::string>();
    saved.config.env = report.at("env").get<std::string>();
    saved.config.seed = config.at("seed").get<std::uint64_t>();
    saved.config.precision = config.at("precision") == "f64" ? Precision::f64 : Precision::f32;
    read_settings(saved.config.env_settings, config.at("env"));
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

// The configuration of a VectorEnv, and the checks that a user's settings go through.
//
// Must not:  allocate environments.
// Invariant: a WorldSettings that `resolve` returns is within every declared range.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/engine/environments/registry.hpp>
#include <lockstep/engine/random/seeding.hpp>
#include <lockstep/engine/tables/finite_model.hpp>

namespace lockstep {

// A file that a text setting names. Its content at the time of reading is part of the settings;
// later changes to the file are not.
struct NamedFile {
    std::string path;                         // as in the text
    std::shared_ptr<const std::string> text;  // never null
};

// Settings of an environment, by Gymnasium's names where it has them.
struct Settings {
    // A parameter's value for all environments (one element), or one value for each.
    std::map<std::string, std::vector<double>> parameters;
    std::map<std::string, std::string> choices;     // option by name
    std::map<std::string, std::string> texts;       // free text by name; may be a file's name
    std::map<std::string, NamedFile> files;         // content of files that texts name, once read
    std::optional<std::int64_t> max_episode_steps;  // instead of the id's time limit
};

struct VectorEnvConfig {
    std::string id;
    std::int64_t num_envs = 1;
    std::uint64_t seed = 0;
    Autoreset autoreset = Autoreset::same_step;
    Seeding seeding = Seeding::lockstep;
    Stream episodes = Stream::resets;  // which stream of reset states, if seeding is Lockstep's own
    Settings settings = {};
    std::uint32_t first_world = 0;  // environment i draws numbers as world first_world + i
    int threads = 1;                // 0: one per core
    std::int64_t block = 1024;      // how many environments form a block; a multiple of 16
    std::optional<Isa> isa = {};    // default_isa() if absent
};

// All settings of the environment, by name.
std::vector<std::string_view> setting_names(const Description& about);

// Adds "name=value" to `settings`: a parameter, a choice, a text or max_episode_steps of the
// environment. Reads the file that a text names. Throws ConfigError, which gives the nearest known
// name, the allowed values, or what is wrong with the file.
void set(Settings& settings, const Description& about, std::string_view assignment);

// Whether the environment has a text setting of that name that names a file.
bool names_file(const Description& about, std::string_view name);
// Like set(), for such a text and a file that has been read.
void set_file(Settings& settings, const std::string& name, NamedFile file);
// Reads every file that a text names, unless `settings` has it already. Call this first if the same
// settings are used more than once. Throws ConfigError.
void read_files(Settings& settings, const Description& about);

// Settings checked against an environment's declaration and the number of environments.
struct WorldSettings {
    std::vector<std::vector<double>> parameters;  // in declared order: one value, or one for each
    bool per_world = false;                       // some parameter differs between environments
    std::vector<std::int32_t> choices;            // in declared order, as indices
    std::vector<std::string> texts;               // in declared order
    std::vector<std::shared_ptr<const std::string>> files;  // content of named files, or null
    std::int32_t time_limit = 0;
    int action_count = 0;
    std::shared_ptr<const FiniteModel> model;  // null if the environment has no tables
};

// Throws a ConfigError that lists every error. Compiles the environment's tables, if it has any.
// Opens a file only if `settings` lacks it (see read_files).
WorldSettings resolve(const Settings& settings, const EnvironmentEntry& entry, std::int64_t worlds);

}  // namespace lockstep

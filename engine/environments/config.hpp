// What a VectorEnv is made of, and the checks that a user's settings go through.
//
// Must not:  allocate worlds.
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

// A file that a text names. What it said when it was read is part of the settings; what it says
// later is not.
struct NamedFile {
    std::string path;                         // as the text has it
    std::shared_ptr<const std::string> text;  // never null
};

// Settings of an environment, by Gymnasium's names where it has them.
struct Settings {
    // A parameter's value for all worlds (one element) or for each (one element a world).
    std::map<std::string, std::vector<double>> parameters;
    std::map<std::string, std::string> choices;     // option by name
    std::map<std::string, std::string> texts;       // free text by name, as a file's name
    std::map<std::string, NamedFile> files;         // of texts that name one, once it was read
    std::optional<std::int64_t> max_episode_steps;  // instead of the id's time limit
};

struct VectorEnvConfig {
    std::string id;
    std::int64_t num_envs = 1;
    std::uint64_t seed = 0;
    Autoreset autoreset = Autoreset::same_step;
    Seeding seeding = Seeding::lockstep;
    Stream episodes = Stream::resets;  // which stream of reset states, under Lockstep's own seeding
    Settings settings = {};
    std::uint32_t first_world = 0;  // world i draws its random numbers as world first_world + i
    int threads = 1;                // 0: one a core
    std::int64_t block = 1024;      // worlds stepped as a unit; a multiple of 16
    std::optional<Isa> isa = {};    // default_isa() where absent
};

// Every name that a setting of the environment can have.
std::vector<std::string_view> setting_names(const Description& about);

// Adds "name=value" to `settings`: a parameter, a choice, a text or max_episode_steps of the
// environment. A file that a text names is read. Throws ConfigError, naming the nearest known name,
// the allowed values, or what is wrong with the file.
void set(Settings& settings, const Description& about, std::string_view assignment);

// Whether the environment has a text so named that names a file.
bool names_file(const Description& about, std::string_view name);
// As set() does, of such a text and a file that was read before.
void set_file(Settings& settings, const std::string& name, NamedFile file);
// Reads every file that a text names, unless `settings` has it already. Whoever goes on to use the
// same settings more than once calls this first. Throws ConfigError.
void read_files(Settings& settings, const Description& about);

// Settings checked against an environment's declaration and its number of worlds.
struct WorldSettings {
    std::vector<std::vector<double>> parameters;  // in declared order; one element, or one a world
    bool per_world = false;                       // some parameter differs between worlds
    std::vector<std::int32_t> choices;            // likewise, each an index
    std::vector<std::string> texts;               // in declared order
    std::vector<std::shared_ptr<const std::string>> files;  // what texts name; null: no file
    std::int32_t time_limit = 0;
    int action_count = 0;
    std::shared_ptr<const FiniteModel> model;  // where the environment has tables
};

// Throws ConfigError that lists every fault. Compiles the environment's tables, if it has any.
// Opens a file only where `settings` lacks it (see read_files).
WorldSettings resolve(const Settings& settings, const EnvironmentEntry& entry, std::int64_t worlds);

}  // namespace lockstep

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

#include <lockstep/vector_env.hpp>

#include "engine/environments/registry.hpp"
#include "engine/tables/finite_model.hpp"

namespace lockstep {

// Every name that a setting of the environment can have.
std::vector<std::string_view> setting_names(const Description& about);

// Adds "name=value" to `settings`: a parameter, a choice, a text or max_episode_steps of the
// environment. A file that a text names is read. Throws ConfigError, naming the nearest known name,
// the allowed values, or what is wrong with the file.
void set(EnvSettings& settings, const Description& about, std::string_view assignment);

// Whether the environment has a text setting of that name that names a file.
bool names_file(const Description& about, std::string_view name);
// As set() does, of such a text and a file that was read before.
void set_file(EnvSettings& settings, const std::string& name, NamedFile file);
// Reads every file that a text names, unless `settings` has it already. Whoever goes on to use the
// same settings more than once calls this first. Throws ConfigError.
void read_files(EnvSettings& settings, const Description& about);

// Throws ConfigError that lists every fault. Compiles the environment's tables, if it has any.
// Opens a file only where `settings` lacks it (see read_files).
WorldSettings resolve(const EnvSettings& settings, const EnvironmentEntry& entry,
                      std::int64_t worlds);

}  // namespace lockstep

// An environment whose rules compile to tables: its description, and the compiler.
//
// Must not:  know kernels beyond the name of the one that runs the tables.
// Invariant: a file that defines one has a line `extern const FiniteEnvironment name;`, from which
//            CMake lists the built-in ones and registers a user's.
#pragma once

#include <string_view>

#include <lockstep/engine/tables/mdp.hpp>
#include <lockstep/kernels/contract/description.hpp>

namespace lockstep {

struct WorldSettings;

struct FiniteEnvironment {
    const Description& about;
    // Builds one of the environment's ids, with settings that are within their declared ranges.
    // Throws ConfigError for a file that cannot be read or is wrong, with file, line and value.
    FiniteMdp (*build)(std::string_view id, const WorldSettings& settings);
    const char* kernel = "finite";  // the `name` in the description of the kernel that runs it
};

}  // namespace lockstep

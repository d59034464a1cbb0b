// The [space] of a study file.
//
// Must not:  judge a space as a whole: Space does.
// Invariant: parameters are in the order of their lines.
#pragma once

#include <vector>

#include <lockstep/sweep/space.hpp>

#include "agents/sweep/study/toml_values.hpp"

namespace lockstep::sweep {

// Adds a fault for what cannot be read; such a parameter has only its name.
std::vector<SearchParameter> read_parameters(const toml::table& table, TomlValues& values);

}  // namespace lockstep::sweep

// The [space] of a study file.
//
// Must not:  judge a space as a whole: Space does.
// Invariant: parameters stand in the order of their lines.
#pragma once

#include <vector>

#include <lockstep/sweep/space.hpp>

#include "agents/sweep/study/toml_values.hpp"

namespace lockstep::sweep {

// Adds a fault for what cannot be read; such a parameter has its name alone.
std::vector<SearchParameter> read_parameters(const toml::table& table, TomlValues& values);

}  // namespace lockstep::sweep

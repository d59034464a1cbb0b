// The list of objectives: learners, and functions of known shape.
//
// Must not:  be known to an objective.
// Invariant: a study names one objective.
#pragma once

#include <memory>

#include <lockstep/sweep/objective.hpp>

namespace lockstep::sweep {

// Throws ConfigError, one line per fault with its place: an unknown environment, agent or
// parameter, with the nearest name; values that a parameter does not accept. The study must outlive
// it.
std::unique_ptr<Objective> make_objective(const Study& study);

}  // namespace lockstep::sweep

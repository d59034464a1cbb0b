// What can be known to be wrong with a study before anything of it runs.
//
// Must not:  know agents or environments: their settings are their own to check.
// Invariant: every fault is found at once, each with the line that it came from.
#pragma once

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// Throws ConfigError, a line for each fault: numbers out of range or that do not fit each other,
// a parent whose levels are points where the sampler is no grid, constraints that nothing keeps.
void check(const Study& study);

}  // namespace lockstep::sweep

// Checks a study for everything that can be known to be wrong before it runs.
//
// Must not:  know agents or environments, which check their own settings.
// Invariant: all faults are found at once, each with the line that it came from.
#pragma once

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// Throws ConfigError, one line per fault: numbers out of range or that do not fit each other; a
// parent whose levels are points, if the sampler is not a grid; constraints that nothing keeps.
void check(const Study& study);

}  // namespace lockstep::sweep

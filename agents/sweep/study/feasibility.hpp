// Whether anything keeps a study's constraints.
//
// Must not:  know what configurations are of.
// Invariant: where configurations are few, all are looked at, and what is told is certain.
#pragma once

#include <string>

#include <lockstep/sweep/space.hpp>

namespace lockstep::sweep {

// Looks at all of up to 100,000 configurations, else at 10,000 that are drawn: those of a grid's
// points, or of the whole space. Empty: some of them keep all constraints; else a line for each
// constraint that none of them keeps, or one for all together.
std::string constraints_fault(const Space& space, bool grid);

}  // namespace lockstep::sweep

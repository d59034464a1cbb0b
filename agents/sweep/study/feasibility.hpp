// Whether anything keeps a study's constraints.
//
// Must not:  know what configurations are of.
// Invariant: if configurations are few, all are looked at, and the answer is certain.
#pragma once

#include <string>

#include <lockstep/sweep/space.hpp>

namespace lockstep::sweep {

// Looks at all configurations if there are at most 100,000, else at 10,000 drawn ones: those of a
// grid's points, or of the whole space. Empty if some keep all constraints; else one line for each
// constraint that none of them keeps, or one line for all constraints together.
std::string constraints_fault(const Space& space, bool grid);

}  // namespace lockstep::sweep

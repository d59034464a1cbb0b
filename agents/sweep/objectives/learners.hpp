// Learners as objectives: trials of the same structure share the lanes of one population.
//
// Must not:  know how a learner learns, or who asks for scores.
// Invariant: a trial's scores are those of its learners trained alone, whatever shares their lanes.
#pragma once

#include <memory>

#include <lockstep/sweep/objective.hpp>

namespace lockstep::sweep {

// Throws ConfigError, one line per fault.
std::unique_ptr<Objective> make_learners(const Study& study);

}  // namespace lockstep::sweep

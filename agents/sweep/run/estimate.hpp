// What a study will cost, from a probe that is not part of it.
//
// Must not:  write anything.
// Invariant: the study's own rows, seeds and order are untouched by it.
#pragma once

#include "agents/sweep/run/run_study.hpp"

namespace lockstep::sweep {

struct CostEstimate {
    double steps = 0;    // of environments, or calls of a function
    double seconds = 0;  // on this machine
};

// Trains random configurations of the space for a few seconds at most. How many steps a learner
// takes often depends on how good it is, and a study spends most of its learners on good ones; so
// the steps of a part of the plan are those of the probe's best. Throws as Objective::evaluate
// does.
CostEstimate estimate(const Study& study, const Objective& objective, const StudyPlan& plan,
                      int threads);

}  // namespace lockstep::sweep

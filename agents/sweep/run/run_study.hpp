// What a study will do, before it does it.
//
// Must not:  run anything.
// Invariant: no study does more than its plan says.
#pragma once

#include <vector>

#include "agents/sweep/evaluation/evaluator.hpp"

namespace lockstep::sweep {

// What a study will do at most, before it does it.
struct StudyPlan {
    std::int64_t trials = 0;  // of tuning: fewer than asked for if the space has fewer
    std::int64_t generations = 0;
    double learners = 0;  // in whole budgets: tuning, validation and test together
    // The same in parts: configurations among the best `best` of a generation, which was proposed
    // without knowledge or, if `informed`, from what earlier ones had taught.
    struct Part {
        double learners = 0, best = 1;
        bool informed = false;
    };
    std::vector<Part> parts;
    double final_learners = 0;  // the share of `learners` for validation and test
};
StudyPlan plan_study(const Study& study, const Objective& objective);

}  // namespace lockstep::sweep

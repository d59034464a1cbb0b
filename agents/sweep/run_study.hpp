// Runs a study from where its log stands to its end.
//
// Must not:  know where rows are kept, or who watches.
// Invariant: the rows of a finished study depend on the study alone: not on threads, chunks,
//            interruptions, or the machine.
#pragma once

#include <lockstep/agents/sweep/evaluator.hpp>

namespace lockstep::sweep {

struct StudyRun {
    std::int64_t trials = 0, found = 0;  // rows found: of what the log already had
    LaneSteps lanes;                     // of what was run
    // Tuning ended early: there are no more different configurations that keep the constraints.
    bool exhausted = false;
};

// Tunes; scores the study.top best again on validation seeds, and all of these, with the default
// configuration, on test seeds. Throws ConfigError before anything is run: what make_sampler,
// make_scheduler and check throw; std::runtime_error where the log fails.
StudyRun run_study(const Study& study, const Objective& objective, TrialLog& log,
                   const RunOptions& options);

// What a study will do at most, before it does it.
struct StudyPlan {
    std::int64_t trials = 0;  // of tuning: fewer than asked for where the space is known to end
    std::int64_t generations = 0;
    double learners = 0;  // whole budgets, tuning, validation and test together
};
StudyPlan plan_study(const Study& study, const Objective& objective);

}  // namespace lockstep::sweep

// Runs a study from the state of its log to its end.
//
// Must not:  know where rows are kept, or who watches.
// Invariant: the rows of a finished study depend on the study alone: not on threads, chunks,
//            interruptions, or the machine.
#pragma once

#include <vector>

#include <lockstep/agents/sweep/evaluation/evaluator.hpp>

namespace lockstep::sweep {

// Why tuning ended.
enum class Ending : std::uint8_t {
    trials,     // all trials that the study asks for were made
    stopped,    // by RunOptions; the study continues when it is run again
    target,     // a trial reached it
    exhausted,  // no other configuration keeps the constraints
};

struct StudyRun {
    std::int64_t trials = 0, found = 0;  // asked for; and rows that the log already had
    LaneSteps lanes;                     // of what was run
    std::int64_t proposed = 0;           // trials, over all sessions
    Ending ending = Ending::trials;
};

// Tunes; scores the study.top best again on validation seeds, and all of these, with the default
// configuration, on test seeds. Throws ConfigError before anything is run, one line per fault:
// whatever check, Objective::check, make_sampler and make_scheduler throw. Throws
// std::runtime_error if the log fails.
//
// A log of the same study with another number of trials, or another target, is continued: it ends
// with the rows of a study that had these from the beginning (see steering.hpp), and rows that do
// not belong to it are set aside.
StudyRun run_study(const Study& study, const Objective& objective, TrialLog& log,
                   const RunOptions& options);

// The most that a study will do, known before it runs.
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

// Runs a study from where its log stands to its end.
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
    trials,     // there were as many as the study asks for
    stopped,    // by RunOptions; the study goes on where it is run again
    target,     // a trial had reached it
    exhausted,  // there are no more different configurations that keep the constraints
};

struct StudyRun {
    std::int64_t trials = 0, found = 0;  // asked for; and rows of what the log already had
    LaneSteps lanes;                     // of what was run
    std::int64_t proposed = 0;           // trials, of all sessions together
    Ending ending = Ending::trials;
};

// Tunes; scores the study.top best again on validation seeds, and all of these, with the default
// configuration, on test seeds. Throws ConfigError before anything is run, a line for each fault:
// what check, Objective::check, make_sampler and make_scheduler throw; std::runtime_error where the
// log fails.
//
// A log of the same study with another number of trials, or another target, is gone on with: it
// ends with the rows of a study that was so from the beginning (see steering.hpp), and what these
// leave out is set aside.
StudyRun run_study(const Study& study, const Objective& objective, TrialLog& log,
                   const RunOptions& options);

// What a study will do at most, before it does it.
struct StudyPlan {
    std::int64_t trials = 0;  // of tuning: fewer than asked for where the space is known to end
    std::int64_t generations = 0;
    double learners = 0;  // whole budgets, tuning, validation and test together
    // The same in parts: of configurations among the best `best` of a generation that was proposed
    // with nothing known, or by what earlier ones had taught.
    struct Part {
        double learners = 0, best = 1;
        bool informed = false;
    };
    std::vector<Part> parts;
    double final_learners = 0;  // of `learners`, those of validation and test
};
StudyPlan plan_study(const Study& study, const Objective& objective);

}  // namespace lockstep::sweep

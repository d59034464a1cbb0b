// Running a study: from where its log stands to its end.
//
// Must not:  know where rows are kept, or who watches.
// Invariant: the rows of a finished study depend on the study alone: not on threads, chunks,
//            interruptions, or the machine.
#pragma once

#include <functional>
#include <memory>

#include <lockstep/sweep/findings.hpp>
#include <lockstep/sweep/objective.hpp>

namespace lockstep::sweep {

struct RunOptions {
    EvaluateOptions evaluate = {};  // a stop ends tuning; finalists are scored all the same
    // Told after every row that was run, one call at a time, from any thread.
    std::function<void(const TrialRow&)> ran = {};
    // Told of every row that the log already had.
    std::function<void(const TrialRow&)> found = {};
};

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

// What a study came to.
struct StudyResult {
    Study study;  // with everything filled in that it left open
    StudyRun run;
    StudyReport report;
};

// Runs the study's own objective, which `env` and `agent` name: learners, or a function. The log
// keeps the rows; without one they are kept in memory. Throws as run_study.
StudyResult run(Study study, TrialLog& log, const RunOptions& options = {});
StudyResult run(Study study, const std::unique_ptr<TrialLog>& log, const RunOptions& options = {});
StudyResult run(Study study, const RunOptions& options = {});

// The same with an objective of the caller's.
StudyResult run(Study study, const Objective& objective, TrialLog& log,
                const RunOptions& options = {});

// And with a function, which is called from several threads at once. An exception that it throws
// fails the trial; a value that is not finite counts as none.
StudyResult run(Study study, const TrialFunction& function, const RunOptions& options = {});
StudyResult run(Study study, const TrialFunction& function, TrialLog& log,
                const RunOptions& options = {});

}  // namespace lockstep::sweep

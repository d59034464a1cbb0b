// Scores contenders: looks up what the log already has, runs the rest, and logs it.
//
// Must not:  decide who is scored next, or on what.
// Invariant: every (trial, role, stage) is logged once, whatever was there before.
#pragma once

#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include <lockstep/sweep/objective.hpp>
#include <lockstep/sweep/run.hpp>

#include "agents/sweep/evaluation/known_rows.hpp"
#include "agents/sweep/evaluation/lineage.hpp"

namespace lockstep::sweep {

// A configuration on its way through the stages.
struct Contender {
    std::int64_t trial = 0, generation = 0;
    std::vector<double> values;
    TrialState state = TrialState::complete;
    std::int32_t stage = -1;                   // the last that it came through
    double budget = 0;                         // of that stage
    std::vector<double> scores;                // of that stage's budget, all seeds so far
    Lineage lineage;                           // what its learners went through before
    std::vector<LearnerState> states;          // where they are, if anybody has kept it
    std::int64_t steps_before = 0, steps = 0;  // of environments, up to its beginning and its end

    bool alive() const { return state == TrialState::complete; }
    // Whether any stage has scored it; one that was stopped before its first has no scores.
    bool scored() const { return alive() && !scores.empty(); }
    double score() const;  // mean; NaN where it has none
};

// What contenders are to be scored on.
struct Stage {
    Role role = Role::tuning;
    std::int32_t number = 0;
    std::int64_t first_seed = 0, seeds = 1;
    double budget = 0;
};

class Evaluator {
public:
    // Reads the log.
    Evaluator(const Study& study, const Objective& objective, TrialLog& log,
              const RunOptions& options);

    // Adds the stage's scores; a stage with another budget than the last replaces them. Whoever
    // does not complete it is no longer alive. Those that are not alive are left alone, and so are
    // those of tuning that a stop kept from being run to their end.
    void evaluate(std::span<Contender*> contenders, const Stage& stage);

    // Tuning has been asked to end: no stage of it scores anybody any more.
    bool stopped() const { return options_.evaluate.stop.stop_requested(); }
    // Sets rows aside that no stage has used, and takes back those that some have. Rows of tuning
    // only after a search that came to its end: else it may yet use them.
    void settle(bool finished);

    const LaneSteps& lanes() const { return lanes_; }
    std::int64_t found() const { return known_.size(); }

private:
    // The states that contenders with a lineage go on from, where they have none.
    void restore(std::span<Contender*> contenders, std::span<const Job> jobs);
    // Whether nothing is to be run: the log has its outcome, or it breaks a constraint.
    bool settled(Contender& contender, const Stage& stage, const Job& job);
    void run(std::span<Contender*> contenders, std::span<const Job> jobs, const Stage& stage);
    // From any thread.
    void finish_run(Contender& contender, const Stage& stage, Outcome&& outcome);
    void log(TrialRow&& row);
    TrialRow row(const Contender& contender, const Stage& stage, const Outcome& outcome) const;
    void finish(Contender& contender, const Stage& stage, Outcome&& outcome);

    const Study& study_;
    const Objective& objective_;
    TrialLog& log_;
    RunOptions options_;
    ResumeIndex known_;
    LaneSteps lanes_;
    std::mutex mutex_;  // over the log, while outcomes come in
};

}  // namespace lockstep::sweep

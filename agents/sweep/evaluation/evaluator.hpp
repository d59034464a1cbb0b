// Scores contenders: looks up what the log already has, runs everything else, and logs it.
//
// Must not:  decide who is scored next, or on what.
// Invariant: every (trial, role, stage) is logged once, whatever the log already held.
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
    std::int32_t stage = -1;                   // the last that it completed
    double budget = 0;                         // of that stage
    std::vector<double> scores;                // of that stage's budget, all seeds so far
    Lineage lineage;                           // the earlier training of its learners
    std::vector<LearnerState> states;          // of its learners, if they were kept
    std::int64_t steps_before = 0, steps = 0;  // of environments: before the stage, and by its end

    bool alive() const { return state == TrialState::complete; }
    // Whether any stage has scored it. A contender that a stop kept from its first stage has no
    // scores.
    bool scored() const { return alive() && !scores.empty(); }
    double score() const;  // mean; NaN if there are none
};

// The seeds and the budget on which contenders are scored.
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

    // Adds the stage's scores; a stage with another budget replaces the earlier ones. A contender
    // that fails the stage is no longer alive. Skips contenders that are not alive, and in tuning
    // those that a stop kept from finishing.
    void evaluate(std::span<Contender*> contenders, const Stage& stage);

    // Whether a stop of tuning was requested: its stages score no more contenders.
    bool stopped() const { return options_.evaluate.stop.stop_requested(); }
    // Sets rows aside that no stage has used, and takes back those that some stage has. Does so
    // with rows of tuning only if the search has finished, since it might still use them.
    void settle(bool finished);

    const LaneSteps& lanes() const { return lanes_; }
    std::int64_t found() const { return known_.size(); }

private:
    // Restores the missing states of contenders that have a lineage.
    void restore(std::span<Contender*> contenders, std::span<const Job> jobs);
    // Returns true if nothing needs to be run: the log has the outcome, or a constraint is broken.
    bool settled(Contender& contender, const Stage& stage, const Job& job);
    void run(std::span<Contender*> contenders, std::span<const Job> jobs, const Stage& stage);
    // May be called from any thread.
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
    std::mutex mutex_;  // guards the log while outcomes come in
};

}  // namespace lockstep::sweep

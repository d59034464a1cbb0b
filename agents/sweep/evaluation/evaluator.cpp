
#include "agents/sweep/evaluation/evaluator.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <lockstep/statistics.hpp>

#include "agents/sweep/study/slices.hpp"

namespace lockstep::sweep {

double Contender::score() const {
    return scores.empty() ? std::numeric_limits<double>::quiet_NaN() : mean(scores);
}

Evaluator::Evaluator(const Study& study, const Objective& objective, TrialLog& log,
                     const RunOptions& options)
    : study_(study), objective_(objective), log_(log), options_(options) {
    log_.load([&](TrialRow&& row) {
        if (options_.found) options_.found(row);
        known_.add(std::move(row));
    });
    log_.load_set_aside([&](TrialRow&& row) { known_.add(std::move(row), true); });
}

TrialRow Evaluator::row(const Contender& contender, const Stage& stage,
                        const Outcome& outcome) const {
    return {.trial = contender.trial,
            .role = stage.role,
            .stage = stage.number,
            .generation = contender.generation,
            .state = outcome.state,
            .budget = stage.budget,
            .first_seed = stage.first_seed,
            .seeds = stage.seeds,
            .steps = outcome.steps - contender.steps_before,
            .values = contender.values,
            .scores = outcome.scores,
            .message = outcome.message,
            .state_bytes = packed(outcome.states)};
}

void Evaluator::finish(Contender& contender, const Stage& stage, Outcome&& outcome) {
    if (contender.budget != stage.budget || stage.role != Role::tuning) contender.scores.clear();
    contender.state = outcome.state;
    contender.stage = stage.number;
    contender.budget = stage.budget;
    contender.scores.insert(contender.scores.end(), outcome.scores.begin(), outcome.scores.end());
    contender.states = std::move(outcome.states);
    contender.steps = outcome.steps;
}

void Evaluator::restore(std::span<Contender*> contenders, std::span<const Job> jobs) {
    std::vector<Contender*> lost;
    std::vector<Job> their_jobs;
    std::vector<const Lineage*> lineages;
    for (std::size_t i = 0; i < contenders.size(); ++i) {
        if (contenders[i]->lineage.empty() || !contenders[i]->states.empty()) continue;
        lost.push_back(contenders[i]);
        their_jobs.push_back(jobs[i]);
        lineages.push_back(&contenders[i]->lineage);
    }
    if (lost.empty()) return;
    auto states = states_after(objective_, their_jobs, lineages, options_.evaluate);
    for (std::size_t i = 0; i < lost.size(); ++i) lost[i]->states = std::move(states[i]);
}

bool Evaluator::settled(Contender& contender, const Stage& stage, const Job& job) {
    if (auto known = known_.find(job, stage.number)) {
        known->steps += contender.steps_before;
        finish(contender, stage, std::move(*known));
        return true;
    }
    if (study_.space.allows(contender.values)) return false;
    finish_run(contender, stage, infeasible(study_.space, contender.values));
    return true;
}

void Evaluator::finish_run(Contender& contender, const Stage& stage, Outcome&& outcome) {
    const std::scoped_lock lock(mutex_);
    // A failed outcome may lack the steps that its learners made earlier.
    outcome.steps = std::max(outcome.steps, contender.steps_before);
    log(row(contender, stage, outcome));
    finish(contender, stage, std::move(outcome));
}

void Evaluator::evaluate(std::span<Contender*> contenders, const Stage& stage) {
    std::vector<Contender*> left;
    std::vector<Job> jobs;
    for (Contender* c : contenders) {
        if (!c->alive()) continue;
        const Job job{c->trial,    c->values,    stage.role, stage.first_seed,
                      stage.seeds, stage.budget, {}};
        if (settled(*c, stage, job)) continue;
        jobs.push_back(job);
        left.push_back(c);
    }
    if (!jobs.empty()) run(left, jobs, stage);
}

void Evaluator::settle(bool finished) {
    const std::vector<RowKey> aside = known_.unused(finished), back = known_.found_aside();
    if (!aside.empty() || !back.empty()) log_.set_aside(aside, back);
}

void Evaluator::run(std::span<Contender*> contenders, std::span<const Job> jobs,
                    const Stage& stage) {
    const bool tuning = stage.role == Role::tuning;
    if (tuning && stopped()) return;
    restore(contenders, jobs);
    if (tuning && stopped()) return;  // the stop may have kept some states from being reached
    std::vector<Contender*> able;
    std::vector<Job> runs;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        Contender& c = *contenders[i];
        if (!c.lineage.empty() && c.states.empty()) {  // its learners failed on the way
            finish_run(c, stage,
                       {TrialState::diverged,
                        {},
                        c.steps_before,
                        "the learners that it was to go on from had diverged",
                        {}});
            continue;
        }
        able.push_back(&c);
        runs.push_back(jobs[i]);
        // Without a lineage, learners begin anew: any states are from another stage.
        if (!c.lineage.empty()) runs.back().from = c.states;
    }
    EvaluateOptions options = options_.evaluate;
    options.keep_states = trains_populations(study_) && tuning;
    if (!tuning) options.stop = {};
    lanes_.add(objective_.evaluate(runs, options, [&](std::int64_t i, Outcome&& outcome) {
        finish_run(*able[static_cast<std::size_t>(i)], stage, std::move(outcome));
    }));
}

void Evaluator::log(TrialRow&& row) {
    if (options_.ran) options_.ran(row);
    std::vector<TrialRow> rows;
    rows.push_back(std::move(row));
    log_.append(std::move(rows));
}

}  // namespace lockstep::sweep

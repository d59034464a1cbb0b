// The rounds of a generation: what a scheduler asks for, run, or only counted.
//
// Must not:  decide who takes part.
// Invariant: a round that cannot be run is refused, with the scheduler's name, before any of it is.
#pragma once

#include <span>
#include <vector>

#include <lockstep/sweep/scheduler.hpp>

#include "agents/sweep/evaluation/evaluator.hpp"

namespace lockstep::sweep {

// Keeps only contenders that are alive and have scores, best first: see better().
void rank(std::vector<Contender*>& contenders, const Study& study);

// The scheduler's generation_size; throws ConfigError where it is less than 1.
std::int64_t checked_size(const Scheduler& scheduler, const Study& study, std::int64_t generation);

// Scores a generation. A contender that drops out or fails keeps its scores; so do all when the
// evaluator has been stopped. Throws ConfigError for a round that breaks Round's bounds.
void run_rounds(const Scheduler& scheduler, const Study& study, std::span<Contender> generation,
                Evaluator& evaluator);

struct RoundCost {
    double learners = 0;  // the sum of their budgets, in whole budgets
    double best = 1;      // the share of the generation that gets this far
};

// The most that the rounds of a generation cost: what they are if all scores are equal. Throws as
// run_rounds, and if there are more than a thousand.
std::vector<RoundCost> round_costs(const Scheduler& scheduler, const Study& study,
                                   std::int64_t generation);

}  // namespace lockstep::sweep

// Population based training (Jaderberg et al. 2017): a population learns in slices of its budget,
// and between two of them the worst take over the best's learners and vary their settings.
//
// Must not:  score anybody.
// Invariant: who takes over whom is a pure function of the study and the population's scores, in
//            trial-id order.
#pragma once

#include <span>
#include <vector>

#include "agents/sweep/evaluation/evaluator.hpp"
#include "agents/sweep/schedulers/scheduler.hpp"
#include "agents/sweep/study/slices.hpp"

namespace lockstep::sweep {

// Throws ConfigError: an agent whose learners cannot go on, trials that are no whole number of
// populations, a budget of fewer than a unit a slice; fewer configurations than a population.
void check_population_training(const Study& study, const Objective& objective,
                               std::int64_t configurations);

// The population after `last`, whose states it takes: the worst fifth, and whoever failed, goes on
// from one of the best fifth, with settings that a learner may change on its way varied: each by up
// to a tenth of its range, or, one time in four, drawn anew; not those that decide whether others
// have a value. All the others go on as they are.
std::vector<Contender> next_population(const Study& study, const Objective& objective,
                                       std::vector<Contender>& last);

}  // namespace lockstep::sweep

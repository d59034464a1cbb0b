// Population based training (Jaderberg et al. 2017): a population learns in slices of its budget;
// between two slices, the worst take over the best's learners and vary their settings.
//
// Must not:  score anything.
// Invariant: who takes over whom is a pure function of the study and the population's scores, in
//            trial-id order.
#pragma once

#include <span>
#include <vector>

#include "agents/sweep/evaluation/evaluator.hpp"
#include "agents/sweep/study/slices.hpp"

namespace lockstep::sweep {

// Throws ConfigError if the agent's learners cannot continue, if the trials are not a whole number
// of populations, if the budget is less than one unit per slice, or if there are fewer
// configurations than a population.
void check_population_training(const Study& study, const Objective& objective,
                               std::int64_t configurations);

// The population after `last`, whose states it takes. The worst fifth, and all that failed,
// continue from one of the best fifth. Those of its settings that a learner may change are varied:
// each by up to a tenth of its range, or, one time in four, drawn anew; except those that decide
// whether others have a value. All the others continue unchanged.
std::vector<Contender> next_population(const Study& study, const Objective& objective,
                                       std::vector<Contender>& last);

}  // namespace lockstep::sweep

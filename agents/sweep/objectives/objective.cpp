
#include <lockstep/sweep/objective.hpp>

#include <cmath>

#include "engine/environments/config.hpp"

namespace lockstep::sweep {

Outcome infeasible(const Space& space, std::span<const double> values) {
    return {TrialState::infeasible, {}, 0, "breaks " + space.broken(values), {}};
}

void resolve(Study& study, const Objective& objective) {
    // The default of a file that names no scheduler: racing, which is pointless if seeds change
    // nothing.
    const bool unnamed = !study.origins.empty() && !study.origins.contains("study.scheduler");
    if (unnamed && !objective.stochastic()) study.scheduler = "full";
    if (study.budget == 0) study.budget = objective.budget();
    if (study.min_budget != 0) return;
    // Rungs are whole units of the budget, except the last.
    study.min_budget = study.budget;
    for (int rung = 0; rung < 3; ++rung)
        study.min_budget = std::floor(study.min_budget / study.eta);
}

}  // namespace lockstep::sweep

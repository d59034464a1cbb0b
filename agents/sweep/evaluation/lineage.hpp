// Learners that continued from others: their earlier training, and how to repeat it.
//
// Must not:  decide who continues from whom.
// Invariant: the states equal those of learners that were never stopped, so a cache may be lost.
#pragma once

#include <span>
#include <vector>

#include <lockstep/sweep/objective.hpp>

namespace lockstep::sweep {

// A part of a learner's earlier training: settings, and the budget up to which it kept them.
struct LineageStep {
    std::vector<double> values;
    double budget = 0;
};
using Lineage = std::vector<LineageStep>;

// The states of each job's learners after its lineage, trained from their beginning; empty if one
// of them failed on the way.
std::vector<std::vector<LearnerState>> states_after(const Objective& objective,
                                                    std::span<const Job> jobs,
                                                    std::span<const Lineage* const> lineages,
                                                    EvaluateOptions options);

}  // namespace lockstep::sweep

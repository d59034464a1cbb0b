// Learners that went on from others: what they went through, and how to get there again.
//
// Must not:  decide who goes on from whom.
// Invariant: the states are those of learners that were never stopped: a cache may be lost.
#pragma once

#include <span>
#include <vector>

#include <lockstep/sweep/objective.hpp>

namespace lockstep::sweep {

// What a learner had behind it: settings, and the budget up to which it kept them.
struct LineageStep {
    std::vector<double> values;
    double budget = 0;
};
using Lineage = std::vector<LineageStep>;

// The states of each job's learners after its lineage, trained from their beginning; none where one
// of them failed on the way.
std::vector<std::vector<LearnerState>> states_after(const Objective& objective,
                                                    std::span<const Job> jobs,
                                                    std::span<const Lineage* const> lineages,
                                                    EvaluateOptions options);

}  // namespace lockstep::sweep

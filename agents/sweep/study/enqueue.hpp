// Configurations that a study is asked to try first.
//
// Must not:  know samplers or files.
// Invariant: every value is the one that was written; what an entry leaves open is a function of
//            the study's seed and the entry's place.
#pragma once

#include <cstddef>
#include <vector>

#include <lockstep/sweep/study.hpp>

#include "agents/sweep/study/faults.hpp"

namespace lockstep::sweep {

// Adds a fault for each entry that cannot be a trial: unknown names; values that a parameter never
// has, or does not have with the entry's others; a broken constraint; a repeated entry.
void check_enqueue(const Study& study, StudyFaults& faults);

// The values of entry `index`. Parameters that it does not name are drawn at random, until the
// constraints allow the whole, at most 64 times.
std::vector<double> enqueued_values(const Study& study, std::size_t index);

}  // namespace lockstep::sweep

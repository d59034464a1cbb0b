// Configurations that a study is told to try first.
//
// Must not:  know samplers or files.
// Invariant: every value is the one that was written; what an entry leaves open is a function of
// the
//            study's seed and the entry's place.
#pragma once

#include <cstddef>
#include <vector>

#include <lockstep/sweep/study.hpp>

#include "agents/sweep/study/faults.hpp"

namespace lockstep::sweep {

// Adds a fault for each entry that no trial can be: unknown names, values that a parameter never
// has, or has no use for beside the entry's others; a broken constraint; one that is there twice.
void check_enqueue(const Study& study, StudyFaults& faults);

// The values of entry `index`. Parameters that it does not name are drawn at random, so that the
// constraints allow the whole where one of 64 draws does.
std::vector<double> enqueued_values(const Study& study, std::size_t index);

}  // namespace lockstep::sweep

// What an older study teaches the sampler of a new one.
//
// Must not:  know stores or samplers.
// Invariant: a function of the older study's rows and of both spaces.
#pragma once

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// The older study's completed configurations that the new space can hold, best first: larger
// budgets, then by the mean of their tuning scores. A parameter that the older study fixed has that
// value; one that it did not have has none. Of more than 512, the best 64 stay, and others at equal
// distances. Throws ConfigError if the two share no parameter, or if one maximizes and the other
// minimizes.
Prior prior_of(const Study& older, TrialLog& rows, const Study& now);

}  // namespace lockstep::sweep

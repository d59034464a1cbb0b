// What an older study teaches the sampler of a new one.
//
// Must not:  know stores or samplers.
// Invariant: a function of the older study's rows and of both spaces.
#pragma once

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// The older study's configurations that completed, as far as the new space has room for them, best
// first: larger budgets, then by the mean of their tuning scores. A parameter that the older one
// fixed has that value; one that it did not know has none. Of more than 512 the best 64 stay, and
// others at equal distances. Throws ConfigError where the two share no parameter, or one maximizes
// and the other minimizes.
Prior prior_of(const Study& older, TrialLog& rows, const Study& now);

}  // namespace lockstep::sweep

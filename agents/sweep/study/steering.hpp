// What of a study may change on its way: the number of its trials, and its target.
//
// Must not:  run studies, or know stores.
// Invariant: a study that was steered ends with the rows of one that was so from the beginning.
//
// That holds for every sampler, since a generation is proposed from those before it, and for every
// scheduler that looks at one generation at a time: full, racing, halving and hyperband. A
// generation that was cut short by the old number of trials is scored again as a whole; what is
// known of it is looked up.
#pragma once

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// Whether the two differ in nothing else. Throws ConfigError, with the reason, where they do not
// but the scheduler cannot be steered: pbt shares a learner's budget out over all trials that there
// will be.
bool can_become(const Study& before, const Study& now);

}  // namespace lockstep::sweep

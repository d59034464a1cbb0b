// What may change while a study runs: the number of its trials, and its target.
//
// Must not:  run studies, or know stores.
// Invariant: a steered study ends with the rows of one that had its final settings from the start.
#pragma once

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// Whether the two studies differ in nothing else. Throws ConfigError, with the reason, if that is
// so but the scheduler cannot be steered: pbt divides a learner's budget over all trials to come.
// Steering works with every sampler, since it proposes a generation from those before it, and with
// schedulers that look at one generation at a time: full, racing, halving and hyperband. A
// generation cut short by the old number of trials is scored again as a whole; what is known is
// looked up.
bool can_become(const Study& before, const Study& now);

}  // namespace lockstep::sweep

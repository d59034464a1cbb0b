// The list of schedulers.
//
// Must not:  be known to a scheduler.
// Invariant: a study names one scheduler.
#pragma once

#include "agents/sweep/schedulers/scheduler.hpp"

namespace lockstep::sweep {

// Throws ConfigError if the scheduler divides a budget and there is none. The study, whose budget
// is resolved, must outlive it.
std::unique_ptr<TrialScheduler> make_scheduler(const Study& study);

}  // namespace lockstep::sweep

// The schedulers there are.
//
// Must not:  be known to a scheduler.
// Invariant: a study names one scheduler.
#pragma once

#include "agents/sweep/schedulers/scheduler.hpp"

namespace lockstep::sweep {

// Throws ConfigError where it shares out a budget and there is none. The study, whose budget is
// resolved, must outlive it.
std::unique_ptr<TrialScheduler> make_scheduler(const Study& study);

}  // namespace lockstep::sweep

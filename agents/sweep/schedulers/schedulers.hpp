// What makes each scheduler.
//
// Must not:  be read by anyone but the schedulers and their registry.
// Invariant: the study outlives what is made for it.
#pragma once

#include "agents/sweep/schedulers/scheduler.hpp"

namespace lockstep::sweep {

std::unique_ptr<TrialScheduler> make_full(const Study& study);
std::unique_ptr<TrialScheduler> make_racing(const Study& study);
std::unique_ptr<TrialScheduler> make_halving(const Study& study);  // hyperband, too
std::unique_ptr<TrialScheduler> make_slice(const Study& study);    // of population based training

}  // namespace lockstep::sweep

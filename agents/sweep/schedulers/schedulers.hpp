// The functions that make the schedulers.
//
// Must not:  be included except by the schedulers and their registry.
// Invariant: the study outlives what is made for it.
#pragma once

#include "agents/sweep/schedulers/scheduler.hpp"

namespace lockstep::sweep {

std::unique_ptr<TrialScheduler> make_full(const Study& study);
std::unique_ptr<TrialScheduler> make_racing(const Study& study);
std::unique_ptr<TrialScheduler> make_halving(const Study& study);  // also hyperband
std::unique_ptr<TrialScheduler> make_slice(const Study& study);    // of population based training

}  // namespace lockstep::sweep

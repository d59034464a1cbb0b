// The list of schedulers, by name.
//
// Must not:  be known to a scheduler.
// Invariant: a name means one scheduler.
#pragma once

#include <lockstep/sweep/scheduler.hpp>

namespace lockstep::sweep {

// Throws ConfigError for an unknown name, with the nearest, and for a study that the scheduler
// cannot schedule. The study, whose budget is resolved, must outlive it.
std::unique_ptr<Scheduler> make_scheduler(const Study& study);

}  // namespace lockstep::sweep

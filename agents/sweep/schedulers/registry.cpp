
#include "agents/sweep/schedulers/registry.hpp"

#include <lockstep/error.hpp>

#include "agents/sweep/schedulers/schedulers.hpp"

namespace lockstep::sweep {

std::unique_ptr<TrialScheduler> make_scheduler(const Study& study) {
    const bool by_budget =
        study.scheduler == Scheduler::halving || study.scheduler == Scheduler::hyperband;
    if (by_budget && study.budget < 1) {
        throw ConfigError(study.where("study.scheduler") +
                          std::string(scheduler_names[static_cast<std::size_t>(study.scheduler)]) +
                          " shares out a budget, and " + study.agent +
                          " has none: allowed full and racing");
    }
    if (by_budget) return make_halving(study);
    if (study.scheduler == Scheduler::racing) return make_racing(study);
    if (study.scheduler == Scheduler::pbt) return make_slice(study);
    return make_full(study);
}

}  // namespace lockstep::sweep


#include "agents/sweep/schedulers/registry.hpp"

#include <algorithm>
#include <deque>

#include <lockstep/error.hpp>

namespace lockstep::sweep {

// Each function make_NAME() is defined in a file of its own. Those that divide a budget throw
// ConfigError if there is none.
#define LOCKSTEP_SCHEDULERS(SCHEDULER) \
    SCHEDULER("full", full)            \
    SCHEDULER("halving", halving)      \
    SCHEDULER("hyperband", hyperband)  \
    SCHEDULER("racing", racing)        \
    SCHEDULER("pbt", slice)

#define LOCKSTEP_DECLARE(WORD, NAME) std::unique_ptr<Scheduler> make_##NAME(const Study& study);
LOCKSTEP_SCHEDULERS(LOCKSTEP_DECLARE)
#undef LOCKSTEP_DECLARE

namespace {

struct NamedScheduler {
    std::string name;
    SchedulerMaker make;
};

std::deque<NamedScheduler>& known_schedulers() {
#define LOCKSTEP_ENTRY(WORD, NAME) {WORD, make_##NAME},
    static std::deque<NamedScheduler> all{LOCKSTEP_SCHEDULERS(LOCKSTEP_ENTRY)};
#undef LOCKSTEP_ENTRY
    return all;
}

}  // namespace

std::vector<std::string_view> scheduler_names() {
    std::vector<std::string_view> names;
    for (const NamedScheduler& scheduler : known_schedulers()) names.emplace_back(scheduler.name);
    return names;
}

void register_scheduler(std::string name, SchedulerMaker make) {
    if (std::ranges::count(known_schedulers(), name, &NamedScheduler::name) > 0)
        throw ConfigError("scheduler '" + name + "': it is registered already");
    known_schedulers().push_back({std::move(name), std::move(make)});
}

std::unique_ptr<Scheduler> make_scheduler(const Study& study) {
    const auto found =
        std::ranges::find(known_schedulers(), study.scheduler, &NamedScheduler::name);
    try {
        if (found == known_schedulers().end())
            throw ConfigError(unknown_name("scheduler", study.scheduler, scheduler_names()));
        return found->make(study);
    } catch (const ConfigError& error) {
        throw ConfigError(study.where("study.scheduler") + error.what());
    }
}

}  // namespace lockstep::sweep

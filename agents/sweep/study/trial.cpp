
#include <lockstep/sweep/trial.hpp>

#include <cstddef>

namespace lockstep::sweep {

const char* name(TrialState state) {
    static constexpr const char* names[trial_states] = {"complete", "not-finite", "diverged",
                                                        "failed",   "step-limit", "infeasible"};
    return names[static_cast<std::size_t>(state)];
}

RowKey key_of(const TrialRow& row) {
    return {row.trial, static_cast<std::int64_t>(row.role), row.stage};
}

const char* name(Role role) {
    static constexpr const char* names[] = {"tuning", "validation", "test"};
    return names[static_cast<std::size_t>(role)];
}

}  // namespace lockstep::sweep

// What a study records: one row for each time that a trial's configuration was evaluated.
//
// Must not:  know how rows are kept.
// Invariant: a row is a pure function of the study and of (trial, role, stage): no clock, no
//            thread.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace lockstep::sweep {

enum class TrialState : std::uint8_t {
    complete,
    not_finite,  // a score is NaN or infinite
    diverged,    // a learner's numbers stopped being finite
    failed,      // an exception: see the row's message
    step_limit,  // a learner was still at work after the most steps that the study allows
    infeasible,  // the configuration breaks a constraint: it was not run
};
inline constexpr int trial_states = 6;
const char* name(TrialState state);  // "complete", "not-finite", ...

// Which seeds: no two roles share one.
enum class Role : std::uint8_t { tuning, validation, test };
const char* name(Role role);

// The configuration in which every parameter has its default; it is scored beside the best.
inline constexpr std::int64_t default_trial = -1;

// A row's key in a log: trial, role and stage as numbers.
struct RowKey {
    std::int64_t trial = 0, role = 0, stage = 0;
    auto operator<=>(const RowKey&) const = default;
};

struct TrialRow {
    std::int64_t trial = 0;  // configurations from 0, in the order in which they were proposed
    Role role = Role::tuning;
    std::int32_t stage = 0;       // of tuning: the rung, from 0; else 0
    std::int64_t generation = 0;  // of the trial
    TrialState state = TrialState::complete;
    double budget = 0;                   // a learner's; 0: its agent has none
    std::int64_t first_seed = 0;         // of the role: seeds first_seed, first_seed + 1, ...
    std::int64_t seeds = 0;              // their number
    std::int64_t steps = 0;              // of environments, over all seeds
    std::vector<double> values;          // one per parameter of the space; NaN: none
    std::vector<double> scores;          // one per seed; empty if no learner came to its end
    std::string message;                 // the fault of a failed row
    std::vector<std::byte> state_bytes;  // for a later stage to continue from; mostly empty
};

RowKey key_of(const TrialRow& row);

// The storage of rows. One call at a time, from any thread.
class TrialLog {
public:
    virtual ~TrialLog() = default;

    // Loads every row of the study, in order of (trial, role, stage).
    virtual void load(const std::function<void(TrialRow&&)>& each) = 0;
    // The same for the rows that were set aside.
    virtual void load_set_aside(const std::function<void(TrialRow&&)>& each) {
        static_cast<void>(each);
    }
    // Takes rows in any order; each (trial, role, stage) once.
    virtual void append(std::vector<TrialRow>&& rows) = 0;
    // Keeps rows that the study no longer has (of trials beyond its last, of former finalists)
    // where load() does not find them; those of `back` belong to the study again. Both are keys of
    // loaded rows.
    virtual void set_aside(std::span<const RowKey> aside, std::span<const RowKey> back) {
        static_cast<void>(aside), static_cast<void>(back);
    }
    // Nothing will continue from the states of trials before `trial`: they may be dropped.
    virtual void forget_states(std::int64_t trial) { static_cast<void>(trial); }
    // Returns when everything appended will survive a crash of the machine. Throws
    // std::runtime_error, naming path and errno, if it will not.
    virtual void sync() = 0;
};

}  // namespace lockstep::sweep

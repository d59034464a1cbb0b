// What a study found, from its rows: the winner, on seeds that never chose it, and how certain that
// result is.
//
// Owns:      the statistics of a report.
// Must not:  know where rows are kept, or how they are shown.
// Invariant: a function of the study and its rows; a score of tuning seeds is called tuning.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <lockstep/statistics.hpp>
#include <lockstep/sweep/importance.hpp>
#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// One configuration's scores on the seeds of a role.
struct Scores {
    std::vector<double> values;
    double mean = 0, iqm = 0;
    Interval iqm_ci95{};  // percentile bootstrap over seeds
};

// A trial that was among the best in tuning and was scored again.
struct Finalist {
    std::int64_t trial = 0;
    std::vector<double> values;
    Scores tuning, validation, test;  // empty if not reached
    // For trials other than the winner: whether the paired 95 % interval of the difference between
    // the two, over test seeds, holds 0.
    bool tied = false;
};

// The first row, by trial and stage, in a state other than complete; a tuning row if there is one.
struct Failure {
    std::int64_t trial = 0;
    Role role = Role::tuning;
    std::string message;
};

// NOLINTNEXTLINE(bugprone-reserved-identifier): clang's own, in the comparison of arrays
struct StudyReport {
    std::int64_t trials = 0;                        // configurations with a tuning row
    std::int64_t by_state[trial_states] = {};       // of these trials, by their last tuning row
    std::optional<Failure> first_in[trial_states];  // per state, over all rows
    std::int64_t pruned = 0;  // complete, but dropped before all seeds and the whole budget
    std::int64_t rows = 0;
    std::int64_t steps = 0;           // of environments, in total
    std::vector<Finalist> finalists;  // the winner first, then by validation mean; of trials with
                                      // the same values only the best in tuning
    Scores default_test;              // of the configuration with every default
    std::optional<double> optimism;   // how much better the winner's tuning mean was than
                                      // its test mean
    // The probability that a test score of the winner beats one of the default; ties count half.
    std::optional<double> improvement;
    Interval improvement_ci95{};
    std::vector<Importance> importance;  // most important first
    std::uint64_t digest = 0;            // of the study's canonical text and every row
};

// Takes rows in order of (trial, role, stage).
class FindingsReader {
public:
    explicit FindingsReader(const Study& study);
    ~FindingsReader();
    void add(const TrialRow& row);
    StudyReport finish();

private:
    struct Data;
    std::unique_ptr<Data> data_;
};

}  // namespace lockstep::sweep

// What a store held when a study resumed: enough to avoid repeating it, in little memory.
//
// Invariant: finds a row only for the values that it was made with.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <lockstep/sweep/objective.hpp>

namespace lockstep::sweep {

class ResumeIndex {
public:
    // `aside`: the log had set the row aside.
    void add(TrialRow&& row, bool aside = false);

    // The number of rows that were not set aside.
    std::int64_t size() const { return std::ssize(rows_) - aside_; }
    // The outcome of a job that was already done, without its message; nothing if it was not done.
    // The row found counts as used from then on. Throws std::runtime_error if its values differ:
    // another version of the program wrote the store.
    std::optional<Outcome> find(const Job& job, std::int32_t stage);

    // Unused rows that are not set aside: of validation and test, and, if `tuning`, of tuning too.
    std::vector<RowKey> unused(bool tuning) const;
    // Rows that were set aside and have been found.
    std::vector<RowKey> found_aside() const;

private:
    struct Row {
        std::int64_t trial;
        std::int32_t stage;
        Role role;
        TrialState state;
        std::uint32_t scores;  // their number, from `first` on
        std::uint64_t first;
        std::int64_t steps;
        std::uint64_t hash;  // of its values
        bool aside, used = false;
    };
    static bool before(const Row& a, const Row& b);
    template <class Wanted>
    std::vector<RowKey> keys(const Wanted& wanted) const;

    std::vector<Row> rows_;  // in order of trial, role, stage
    std::int64_t aside_ = 0;
    std::vector<double> scores_;
    using Key = std::tuple<std::int64_t, Role, std::int32_t>;
    std::map<Key, std::vector<LearnerState>> states_;
};

// The states of a row's learners as bytes, and back.
std::vector<std::byte> packed(const std::vector<LearnerState>& states);
std::vector<LearnerState> unpacked(const std::vector<std::byte>& bytes);

}  // namespace lockstep::sweep

// What a store held when a study went on: enough to not do it again, in little memory.
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
    // `aside`: the log had set it aside.
    void add(TrialRow&& row, bool aside = false);

    // Of those that were not set aside.
    std::int64_t size() const { return std::ssize(rows_) - aside_; }
    // The outcome of a job that was done before, without its message; nothing where it was not.
    // Throws std::runtime_error where its values were others: the store is another program's work.
    // What was found is in use from then on.
    std::optional<Outcome> find(const Job& job, std::int32_t stage);

    // Rows that nobody has found, those set aside left out: of validation and test, and of tuning
    // where it is asked for.
    std::vector<RowKey> unused(bool tuning) const;
    // Rows that were set aside and have been found.
    std::vector<RowKey> found_aside() const;

private:
    struct Row {
        std::int64_t trial;
        std::int32_t stage;
        Role role;
        TrialState state;
        std::uint32_t scores;  // how many, from `first` on
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

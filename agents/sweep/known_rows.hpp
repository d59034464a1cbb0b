// What a store held when a study went on: enough to not do it again, in little memory.
//
// Must not:  be changed while it is read.
// Invariant: finds a row only for the values that it was made with.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <lockstep/agents/sweep/objective.hpp>

namespace lockstep::sweep {

class KnownRows {
public:
    void add(TrialRow&& row);

    std::int64_t size() const { return std::ssize(rows_); }
    // The outcome of a job that was done before; nothing where it was not. Throws
    // std::runtime_error where its values were others: the store is another program's work.
    std::optional<Outcome> find(const Job& job, std::int32_t stage) const;

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
    };
    static bool before(const Row& a, const Row& b);

    std::vector<Row> rows_;  // in order of trial, role, stage
    std::vector<double> scores_;
    using Key = std::tuple<std::int64_t, Role, std::int32_t>;
    std::map<Key, std::vector<LearnerState>> states_;
    std::map<Key, std::string> messages_;
};

// The states of a row's learners as bytes, and back.
std::vector<std::byte> packed(const std::vector<LearnerState>& states);
std::vector<LearnerState> unpacked(const std::vector<std::byte>& bytes);

}  // namespace lockstep::sweep

// How far a study is: sums over its rows, stored with them so that nobody has to read a million.
//
// Must not:  know SQLite.
// Invariant: everything but `cost` is a pure function of the set of counted rows.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <lockstep/sweep/trial.hpp>

#include "tools/store/bytes.hpp"

namespace lockstep::sweep {

// What a study cost, summed over its sessions.
struct CostTotals {
    double seconds = 0;
    std::int64_t lane_steps = 0, useful_lane_steps = 0;
    CostTotals& operator+=(const CostTotals& other);
    bool operator==(const CostTotals&) const = default;
};

// The best trial on tuning seeds, among those with the largest budget and then the most seeds.
struct BestTuning {
    std::int64_t trial = -1;  // -1: none yet
    double budget = 0;
    std::int64_t seeds = 0;  // so far
    double mean = 0;         // of its last stage
    bool operator==(const BestTuning&) const = default;
};

// The first trial, by number, that did not complete.
struct FirstFailure {
    std::int64_t trial = -1;  // -1: none
    TrialState state = TrialState::complete;
    std::string message;  // its beginning only
    bool operator==(const FirstFailure&) const = default;
};

struct StoreProgress {
    std::array<std::array<std::int64_t, trial_states>, 3> rows{};  // [role][state]
    std::int64_t trials = 0;                                       // trials that have any score
    std::int64_t steps = 0;
    BestTuning best;
    FirstFailure failure;  // in tuning
    CostTotals cost;

    void count(const TrialRow& row, bool maximize);
    std::int64_t total() const;
    // Tuning rows in this state; a trial fails only once.
    std::int64_t tuned(TrialState state) const;
    bool operator==(const StoreProgress&) const = default;
};

void encode(const StoreProgress& progress, ByteWriter& to);
std::optional<StoreProgress> decode_progress(std::span<const std::byte> record);

}  // namespace lockstep::sweep

// A tabular learner between two steps, as bytes and back.
//
// Must not:  know how it learns, or who asks.
// Invariant: a learner that is read back continues with the same bits as one that never stopped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lockstep/agent.hpp>
#include <lockstep/detail/tabular/task.hpp>
#include <lockstep/error.hpp>

namespace lockstep {

// The changing part of a lane: one world in which the learner acts.
template <class Real>
struct MovingLane {
    Real state[max_table_columns];
    Real total, epsilon;
    std::int32_t length, action;
    std::uint32_t episode, time;
};

template <class Real>
MovingLane<Real> moving_lane(const TabularLanes<Real>& lanes, int lane);
template <class Real>
void move_lane(TabularLanes<Real>& lanes, int lane, const MovingLane<Real>& to);

// Spans into memory owned elsewhere: a state that is read lives as long as its bytes.
template <class Real>
struct TableState {
    std::int64_t steps = 0;                    // of all its worlds
    std::span<const Real> table;               // as TrainedTable::table
    std::span<const Real> count;               // or empty
    std::span<const Real> returns;             // of the episodes that ended
    std::span<const MovingLane<Real>> worlds;  // empty: its next episode is to begin
};

// `kind` is a number that distinguishes learners that cannot continue from each other's states.
template <class Real>
LearnerState write_table_state(std::uint64_t kind, const TableState<Real>& state);

// Copies from `bytes`, which may lie at any address. Throws ConfigError on bytes of another kind,
// or whose length is wrong.
template <class Real>
class SavedTable {
public:
    SavedTable(std::uint64_t kind, std::span<const std::byte> bytes);
    SavedTable(const SavedTable&) = delete;
    SavedTable& operator=(const SavedTable&) = delete;
    const TableState<Real>& state() const { return state_; }

private:
    std::vector<Real> table_, count_, returns_;
    std::vector<MovingLane<Real>> worlds_;
    TableState<Real> state_;
};

// The error for a learner that has come further than its settings allow.
ConfigError too_far(std::int64_t episodes, std::int64_t steps);

}  // namespace lockstep

// The rows of structures that sixteen learners keep from one step to the next.
//
// Must not:  know who keeps them.
// Invariant: every member that a next step reads is visited.
#pragma once

#include <lockstep/detail/block/lane_worlds.hpp>
#include <lockstep/detail/network/optimizer_task.hpp>

#include "agents/lanes/lane_assigner.hpp"
#include "agents/network/lane_memory.hpp"

namespace lockstep {

// States once had this fixed number of rows: saves that are padded to it can still be read.
inline constexpr int min_state_rows = 16;

// Calls visit(first element, rows) and, for the rows of a state, visit(first element, rows, least
// rows).
template <class Real>
void each_group(const LaneWorlds<Real>& worlds, auto&& visit) {
    visit(worlds.resets[0], 2), visit(worlds.dynamics[0], 2), visit(worlds.id, 1);
    visit(worlds.state, worlds.columns, min_state_rows);
    visit(worlds.total, 1), visit(worlds.length, 1);
    visit(worlds.episode, 1), visit(worlds.time, 1);
    visit(worlds.legal, 1);
}
template <class Real>
void each_group(const OptimizerLanes<Real>& lanes, auto&& visit) {
    for (const Real* row :
         {lanes.learning_rate, lanes.beta1, lanes.beta2, lanes.epsilon, lanes.decay,
          lanes.max_grad_norm, lanes.power1, lanes.power2, lanes.fade}) {
        visit(row, 1);
    }
}

// Adds the structure's rows to what `memory` saves.
void keep_rows(LaneMemory& memory, auto& structure) {
    each_group(structure, [&]<class T>(const T* first, int rows, int least = 0) {
        memory.adopt(const_cast<T*>(first), rows, least);
    });
}

// Restores the lanes whose bit is set.
template <class Structure>
void put_back(Structure& structure, const Structure& before, std::uint32_t lanes) {
    const void* old[16];
    int count = 0, group = 0;
    each_group(before, [&](const auto* first, int, int = 0) { old[count++] = first; });
    each_group(structure, [&]<class T>(const T* first, int rows, int = 0) {
        const T* from = static_cast<const T*>(old[group++]);
        for (int row = 0; row < rows; ++row) {
            for_lanes(lanes, [&](int lane) {
                const_cast<T*>(first)[row * lane_count + lane] = from[row * lane_count + lane];
            });
        }
    });
}

}  // namespace lockstep

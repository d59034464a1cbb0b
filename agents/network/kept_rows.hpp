// The rows of structures that sixteen learners keep from one step to the next.
//
// Must not:  know who keeps them.
// Invariant: every member is visited that a next step reads.
#pragma once

#include <lockstep/agents/lane_jobs.hpp>
#include <lockstep/agents/network/lane_memory.hpp>
#include <lockstep/kernels/lane_worlds.hpp>
#include <lockstep/kernels/learn/optimiser_task.hpp>

namespace lockstep {

// Calls visit(first element, rows).
template <class Real>
void each_group(LaneWorlds<Real>& worlds, auto&& visit) {
    visit(worlds.resets[0], 2), visit(worlds.dynamics[0], 2), visit(worlds.id, 1);
    visit(worlds.state[0], max_columns);
    visit(worlds.total, 1), visit(worlds.length, 1);
    visit(worlds.episode, 1), visit(worlds.time, 1);
    visit(worlds.possible, 1);
}
template <class Real>
void each_group(OptimiserLanes<Real>& lanes, auto&& visit) {
    for (Real* row : {lanes.rate, lanes.beta1, lanes.beta2, lanes.epsilon, lanes.decay, lanes.clip,
                      lanes.power1, lanes.power2, lanes.fade}) {
        visit(row, 1);
    }
}

// Makes them a part of what `memory` saves.
void keep_rows(LaneMemory& memory, auto& structure) {
    each_group(structure, [&](auto* first, int rows) { memory.adopt(first, rows); });
}

// Puts the lanes whose bit is set back to what they were.
template <class Structure>
void put_back(Structure& structure, const Structure& before, std::uint32_t lanes) {
    auto* now = reinterpret_cast<std::byte*>(&structure);
    const auto* old = reinterpret_cast<const std::byte*>(&before);
    each_group(structure, [&]<class T>(const T* first, int rows) {
        auto at = reinterpret_cast<const std::byte*>(first) - now;
        for (int row = 0; row < rows; ++row, at += lane_count * sizeof(T)) {
            for_lanes(lanes, [&](int lane) {
                const auto element = at + lane * static_cast<std::ptrdiff_t>(sizeof(T));
                std::memcpy(now + element, old + element, sizeof(T));
            });
        }
    });
}

}  // namespace lockstep

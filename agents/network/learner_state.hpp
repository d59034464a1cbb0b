// The state of a learner in a lane, as bytes: the contents of the lane, then the learner's log so
// far, such as its returns.
//
// Must not:  hold what follows from settings, such as space for a log that a larger budget makes
//            longer.
// Invariant: a learner that is saved and loaded continues with the same bits, in any lane.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

#include "agents/agent/state_bytes.hpp"
#include "agents/network/lane_memory.hpp"

namespace lockstep {

template <class T>
LearnerState save_learner(LaneMemory& memory, int lane, std::span<const T> log) {
    LearnerState state = memory.save(lane);
    const auto logged = std::as_bytes(log);
    state.insert(state.end(), logged.begin(), logged.end());
    return state;
}

// Returns the log. Throws ConfigError if the state does not belong to a learner with such a memory.
template <class T>
std::vector<T> load_learner(LaneMemory& memory, int lane, std::span<const std::byte> state) {
    const std::size_t held = memory.bytes_a_learner();
    if (state.size() < held || (state.size() - held) % sizeof(T) != 0) {
        throw ConfigError("a state of " + std::to_string(state.size()) +
                          " bytes, where these settings make " + std::to_string(held) +
                          " and a log of " + std::to_string(sizeof(T)) + " each");
    }
    memory.load(lane, state.first(held));
    return elements_of<T>(state.subspan(held));
}

}  // namespace lockstep

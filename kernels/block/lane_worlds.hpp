// The sixteen worlds that learners play in, one per lane, each with its own random streams.
//
// Must not:  emit code.
// Invariant: what happens in a lane is a function of its streams, its id and its actions.
#pragma once

#include <cstdint>

#include <lockstep/description.hpp>
#include <lockstep/detail/lane/lane.hpp>

namespace lockstep {

template <class Real>
struct alignas(64) LaneWorlds {
    // Inputs: keys of the random streams, and the counter that every draw uses along with the time
    // or the episode.
    std::uint32_t resets[2][lane_count], dynamics[2][lane_count], id[lane_count];

    // State.
    Real* state;  // [column][lane], like a VectorEnv's columns
    std::int32_t columns;
    Real total[lane_count];             // return of the current episode
    std::int32_t length[lane_count];    // its steps
    std::uint32_t episode[lane_count];  // the next one to begin
    std::uint32_t time[lane_count];     // steps so far

    // Results of the last step; one bit per lane.
    Real reward[lane_count];
    std::uint32_t terminated, truncated;
    std::uint32_t legal[lane_count];  // bit a: action a is legal now
};

}  // namespace lockstep

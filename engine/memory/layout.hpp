// Which columns a VectorEnv has, and their order in memory.
//
// Must not:  allocate, or know what columns mean to kernels.
// Invariant: the plan is the same over null memory as over an arena.
#pragma once

#include <cstddef>
#include <cstdint>

#include <lockstep/detail/block/worlds.hpp>

#include "engine/memory/memory.hpp"

namespace lockstep {

// The number of environments, rounded up to whole vectors.
inline std::int64_t padded(std::int64_t worlds) {
    return (worlds + lane_count - 1) / lane_count * lane_count;
}

// Points the view at columns in the plan's memory; returns the bytes they take.
template <class Real>
std::size_t lay_out(Worlds<Real>& w, ColumnPlan plan, const Description& about,
                    const ColumnTypes& observed, Autoreset autoreset) {
    const auto lanes = static_cast<std::size_t>(padded(w.count));
    const auto stride = column_bytes(lanes * sizeof(Real)) / sizeof(Real);
    const auto states = static_cast<std::size_t>(about.state_count());
    const auto words = static_cast<std::size_t>(observed.words());
    const auto bits = static_cast<std::size_t>(observed.bits());
    const auto parameters = about.parameters.size();
    w.stride = static_cast<std::int64_t>(stride);
    w.state = plan.columns<Real>(states, stride);
    w.observation = about.observes_state() ? w.state : plan.columns<Real>(words, stride);
    w.final_observation =
        autoreset == Autoreset::same_step ? plan.columns<Real>(words, stride) : w.observation;
    if (bits > 0) {
        w.observation_bits = plan.column<std::uint16_t>(bits * (stride / lane_count));
        w.final_observation_bits = autoreset == Autoreset::same_step
                                       ? plan.column<std::uint16_t>(bits * (stride / lane_count))
                                       : w.observation_bits;
    }
    w.next_reset = plan.columns<Real>(states, lanes);
    w.parameter = plan.columns<Real>(parameters, w.parameter_per_world ? stride : lane_count);
    w.reward = plan.column<Real>(lanes);
    w.episode_return = plan.column<Real>(lanes);
    w.episode_length = plan.column<std::int32_t>(lanes);
    w.next_episode = plan.column<std::uint32_t>(lanes);
    w.reset_consumed = plan.column<std::uint16_t>(lanes / lane_count);
    w.done = plan.column<std::uint16_t>(lanes / lane_count);
    w.terminated = plan.column<std::uint8_t>(lanes);
    w.truncated = plan.column<std::uint8_t>(lanes);
    w.already_terminated = plan.column<std::uint8_t>(lanes);
    return plan.size();
}

}  // namespace lockstep

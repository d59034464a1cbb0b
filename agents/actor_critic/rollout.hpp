// What sixteen actor-critic learners did and saw between two updates.
//
// Must not:  know networks, or how the rollout was made.
// Invariant: observation t * worlds + w is what world w showed before its step t; after the last
//            step comes one more observation of each world.
#pragma once

#include <lockstep/detail/actor_critic/actor_critic_task.hpp>

#include "agents/actor_critic/settings.hpp"
#include "agents/network/lane_memory.hpp"

namespace lockstep {

template <class Real>
class Rollout {
public:
    // `columns`: the numbers of a continuous action; 0: actions are counted.
    Rollout(const ActorCriticSettings& settings, int inputs, int columns = 0) : inputs_(inputs) {
        rows_.steps = static_cast<std::int32_t>(settings.num_steps);
        rows_.worlds = static_cast<std::int32_t>(settings.num_envs);
        const std::int64_t n = samples();
        rows_.action = memory_.rows<std::int32_t>(n);
        rows_.drawn = memory_.rows<Real>(n * columns);
        rows_.legal = memory_.rows<std::uint32_t>(n);
        rows_.terminated = memory_.rows<std::uint32_t>(n);
        rows_.done = memory_.rows<std::uint32_t>(n);
        for (Real** row : {&rows_.log_probability, &rows_.reward, &rows_.final_value,
                           &rows_.advantage, &rows_.target, &rows_.discount})
            *row = memory_.rows<Real>(n);
        rows_.value = memory_.rows<Real>(n + rows_.worlds);
        observations_ = memory_.rows<Real>((n + rows_.worlds) * inputs);
        if (settings.residual) next_ = memory_.rows<Real>(n * inputs);
    }
    Rollout(const Rollout&) = delete;  // rows() holds addresses in its memory
    Rollout& operator=(const Rollout&) = delete;

    // Approximate bytes of memory.
    static std::uint64_t bytes(const ActorCriticSettings& settings, int inputs, int columns) {
        const std::int64_t reals = (settings.residual ? 2 : 1) * inputs + columns + 7, words = 4;
        const std::int64_t row = lane_count * (reals * std::int64_t{sizeof(Real)} + words * 4);
        return static_cast<std::uint64_t>((settings.num_steps + 1) * settings.num_envs * row);
    }

    std::int64_t samples() const { return std::int64_t{rows_.steps} * rows_.worlds; }
    int inputs() const { return inputs_; }
    RolloutRows<Real>& rows() { return rows_; }
    const RolloutRows<Real>& rows() const { return rows_; }
    Real* observation(std::int64_t i) { return observations_ + i * inputs_ * lane_count; }
    const Real* observation(std::int64_t i) const {
        return observations_ + i * inputs_ * lane_count;
    }
    const Real* observations() const { return observations_; }
    // What followed sample i, before any reset; for residual learners only.
    Real* next(std::int64_t i) { return next_ + i * inputs_ * lane_count; }
    const Real* next_observations() const { return next_; }

private:
    RolloutRows<Real> rows_{};
    int inputs_;
    LaneMemory memory_;
    Real *observations_, *next_ = nullptr;
};

}  // namespace lockstep

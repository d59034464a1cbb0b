// What a batched learner is made of: settings, networks, and how its worlds are divided.
//
// Must not:  change while a learner learns.
// Invariant: blocks depend on the settings alone, so that threads cannot change a result.
#pragma once

#include "agents/actor_critic/update.hpp"
#include "agents/network/network_env.hpp"

namespace lockstep {

template <class Real>
struct BatchPlan {
    // Throws ConfigError: settings that a batched learner does not know, or more worlds than
    // memory.
    BatchPlan(const TrainConfig& config, const ActorCriticSettings& given);

    // Between learners: settings that differ from the former in numbers that are a learner's own.
    void tell(const ActorCriticSettings& given);

    std::int64_t blocks() const { return (settings.num_envs + columns - 1) / columns; }
    // Every sample of a rollout is learnt from once, by the parameters that it was made with.
    bool single_pass() const {
        return settings.update_epochs == 1 && settings.num_minibatches == 1;
    }
    std::int64_t rows() const { return policy.rows + value.rows; }
    // The network whose last output is the value.
    const NetworkShape& valuer() const { return settings.shared ? policy : value; }
    std::int64_t parameters() const { return policy.parameters + value.parameters; }
    // Rows of sixteen that hold them.
    std::int64_t parameter_rows() const { return (parameters() + lane_count - 1) / lane_count; }
    std::size_t block_bytes() const;

    ActorCriticSettings settings;
    NetworkEnv<Real> world;
    NetworkShape policy, value;  // a shared network has no other for its value
    int columns;                 // worlds of a block
    ActorCriticSettings tiles;   // of a block: each of its worlds is sixteen
    ActorCriticLanes<Real> told;
};

}  // namespace lockstep

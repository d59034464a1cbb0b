// The parts of a batched learner: settings, networks, and how its worlds are divided.
//
// Must not:  change while a learner learns.
// Invariant: blocks depend on the settings alone, so that threads cannot change a result.
#pragma once

#include "agents/actor_critic/update.hpp"
#include "agents/network/network_env.hpp"

namespace lockstep {

template <class Real>
struct BatchPlan {
    // Throws ConfigError for settings that a batched learner does not support, and for more worlds
    // than fit into memory.
    BatchPlan(const TrainConfig& config, const ActorCriticSettings& given);

    // Between learners: takes settings that differ from the former ones only in per-learner
    // numbers.
    void set_learner(const ActorCriticSettings& given);

    std::int64_t blocks() const { return (settings.num_envs + columns - 1) / columns; }
    // Whether every sample of a rollout is learned from once, by the parameters that it was made
    // with.
    bool single_pass() const {
        return settings.update_epochs == 1 && settings.num_minibatches == 1;
    }
    std::int64_t rows() const { return policy.rows + value.rows; }
    // The network whose last output is the value.
    const NetworkShape& valuer() const { return settings.shared ? policy : value; }
    std::int64_t parameters() const { return policy.parameters + value.parameters; }
    // Rows of sixteen that hold the parameters.
    std::int64_t parameter_rows() const { return (parameters() + lane_count - 1) / lane_count; }
    std::size_t block_bytes() const;

    ActorCriticSettings settings;
    NetworkEnv<Real> world;
    NetworkShape policy, value;  // a shared network has no separate value network
    int columns;                 // worlds per block
    ActorCriticSettings tiles;   // of a block: each of its worlds stands for sixteen
    ActorCriticLanes<Real> lanes;
};

}  // namespace lockstep

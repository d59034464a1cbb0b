// A PPO that learns within a moment.
#pragma once

#include "agents/actor_critic/settings.hpp"

namespace lockstep::test {

// Two passes of two minibatches, with every term of the loss.
inline ActorCriticSettings small_ppo() {
    return {.network = {.hidden = {8}, .activations = {Activation::tanh}},
            .steps = 256,
            .num_envs = 4,
            .num_steps = 16,
            .update_epochs = 2,
            .num_minibatches = 2,
            .gae_lambda = 0.9,
            .clip_range = 0.2,
            .ent_coef = 0.01,
            .normalize_advantage = true};
}

}  // namespace lockstep::test

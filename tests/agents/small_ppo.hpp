// A PPO that learns in a moment.
#pragma once

#include <lockstep/agents/actor_critic/settings.hpp>

namespace lockstep::test {

// Two passes of two minibatches, with all that a loss may have.
inline ActorCriticSettings small_ppo() {
    return {.network = {.hidden = {8}, .activations = {Activation::tanh}},
            .steps = 256,
            .worlds = 4,
            .rollout = 16,
            .epochs = 2,
            .minibatches = 2,
            .lambda = 0.9,
            .clip_ratio = 0.2,
            .entropy_weight = 0.01,
            .normalise = true};
}

}  // namespace lockstep::test

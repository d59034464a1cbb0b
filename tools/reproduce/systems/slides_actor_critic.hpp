// The slides' actor-critic ("Reinforcement Learning with Python") as PyTorch makes and updates it.
//
// Must not:  implement an update: the agents' own update is what is compared with PyTorch's.
// Invariant: weights are drawn in the order of PyTorch's modules after torch.manual_seed(0), states
//            in the order of np.random.rand after np.random.seed(1).
#pragma once

#include <vector>

#include <lockstep/isa.hpp>

namespace lockstep {

struct SlidesUpdate {
    double logits_before[2], value_before, next_value, delta;
    double logits_after[2], value_after;
};

struct SlidesActorCritic {
    std::vector<SlidesUpdate> updates;
    // After the updates, in the order of the shared network's shape: fc1, fc2, and the two heads as
    // one layer of three outputs.
    std::vector<double> parameters;
};

// Five updates of one step each: actions 0, 1, 0, 1, 0, reward 1, and the fourth ends an episode.
template <class Real>
SlidesActorCritic slides_actor_critic(Isa isa);

}  // namespace lockstep

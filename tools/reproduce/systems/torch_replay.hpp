// The slides' networks ("Reinforcement Learning with Python", the DQN agent and the function
// approximation examples), initialized as in PyTorch and trained by our kernels, sixteen at a time.
//
// Must not:  be used to learn: the agents do that.
// Invariant: run s has the weights of torch.manual_seed(s) and the numbers of np.random.seed(s).
#pragma once

#include <cstdint>
#include <vector>

#include <lockstep/detail/network/network_shape.hpp>
#include <lockstep/isa.hpp>

namespace lockstep {

// The parameters of a network of torch.nn.Linear layers, made in the order of its layers after
// torch.manual_seed(seed): [parameter].
std::vector<float> torch_linear_layers(const NetworkShape& shape, std::uint32_t seed);

// The slides' DQN agent, 4-64-64-2, after learning from each of `updates` transitions of a walk
// through random states: actions 0, 1, 0, ..., reward 1, of which the fourth ends an episode.
template <class Real>
struct SlidesDqn {
    NetworkShape shape;
    std::vector<Real> weights;                 // [parameter]
    std::vector<std::vector<double>> q_after;  // of each update's state
};
template <class Real>
SlidesDqn<Real> replay_slides_dqn(int updates, std::uint32_t seed, Isa isa);

// The slides' value network, 4-64-1, taught that one random state is worth 10: its estimates after
// each number of updates in `counts`, [run][count], of runs 0 .. runs - 1. `counts` must increase.
template <class Real>
std::vector<std::vector<double>> replay_slides_value(int runs, const std::vector<int>& counts,
                                                     Isa isa);

}  // namespace lockstep

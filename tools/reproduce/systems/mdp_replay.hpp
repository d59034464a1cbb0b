// The Markov chain and the Markov decision process of Geron's reinforcement learning notebook on
// NumPy's stream, after np.random.seed(seed).
//
// Must not:  be used to solve or learn a process: agents do that for any process.
// Invariant: draws are made and products are taken in the order of the notebook's program.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace lockstep {

// The states that each of `runs` runs from state 0 passes, including the terminal one.
std::vector<std::vector<int>> replay_markov_chain(std::uint32_t seed, int runs);

struct MdpStep {
    int state, action;
    double reward;
    int next;
};

struct MdpLearning {
    std::array<std::array<double, 3>, 3> q;  // [state][action]; minus infinity where not legal
    std::vector<MdpStep> steps;
    std::vector<double> first_value;  // of state 0 and action 0, before each step
};

// Q-learning from random steps starting in state 0, with a learning rate that falls from 0.05.
MdpLearning replay_mdp_q_learning(std::uint32_t seed, int steps);

}  // namespace lockstep

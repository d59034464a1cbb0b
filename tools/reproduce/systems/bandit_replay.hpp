// The slides' bandit ("Reinforcement Learning with Python", the exploration example) on NumPy's
// stream: the choices and estimates of one run after np.random.seed(seed).
//
// Must not:  be used for many runs: those play in lanes.
// Invariant: draws are made and sums are taken in the order of the slides' program.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lockstep {

enum class BanditMethod { epsilon_greedy, softmax, upper_confidence };

struct BanditRun {
    std::vector<int> pulls;      // of each arm
    std::vector<double> values;  // estimated, of each arm
    double regret = 0;           // the sum of best reward - received reward
};

// Arms pay `rewards` without noise. epsilon is 0.1, the temperature 1.
BanditRun replay_bandit(BanditMethod method, std::span<const double> rewards, int steps,
                        std::uint32_t seed);

}  // namespace lockstep

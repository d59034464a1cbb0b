
#include "tools/reproduce/systems/mdp_replay.hpp"

#include <algorithm>
#include <limits>

#include "engine/random/numpy_legacy.hpp"

namespace lockstep {
namespace {

constexpr int terminal = 3;
constexpr double chain[4][4] = {{0.7, 0.2, 0, 0.1}, {0, 0, 0.9, 0.1}, {0, 1, 0, 0}, {0, 0, 0, 1}};

constexpr double none = -std::numeric_limits<double>::infinity();
constexpr double probabilities[3][3][3] = {{{0.7, 0.3, 0}, {1, 0, 0}, {0.8, 0.2, 0}},
                                           {{0, 1, 0}, {}, {0, 0, 1}},
                                           {{}, {0.8, 0.1, 0.1}, {}}};
constexpr double rewards[3][3][3] = {{{10, 0, 0}, {}, {}}, {{}, {}, {0, 0, -50}}, {{}, {40}, {}}};
const std::vector<int> legal[3] = {{0, 1, 2}, {0, 2}, {1}};

}  // namespace

std::vector<std::vector<int>> replay_markov_chain(std::uint32_t seed, int runs) {
    NumpyLegacyRandom random(seed);
    std::vector<std::vector<int>> passed(static_cast<std::size_t>(runs), {0});
    for (std::vector<int>& run : passed) {
        while (run.back() != terminal) {
            run.push_back(static_cast<int>(random.choice(chain[run.back()])));
        }
    }
    return passed;
}

MdpLearning replay_mdp_q_learning(std::uint32_t seed, int steps) {
    NumpyLegacyRandom random(seed);
    MdpLearning result{{{{0, 0, 0}, {0, none, 0}, {none, 0, none}}}, {}, {}};
    auto& q = result.q;
    int state = 0;
    for (int step = 0; step < steps; ++step) {
        const std::vector<int>& choices = legal[state];
        const int action = choices[random.choice(choices.size())];
        const int next = static_cast<int>(random.choice(probabilities[state][action]));
        const double reward = rewards[state][action][next];
        result.first_value.push_back(q[0][0]);
        result.steps.push_back({state, action, reward, next});
        const double rate = 0.05 / (1 + step * 0.005);
        double& value = q[static_cast<std::size_t>(state)][static_cast<std::size_t>(action)];
        const double target = reward + 0.9 * std::ranges::max(q[static_cast<std::size_t>(next)]);
        value *= 1 - rate;
        value += rate * target;
        state = next;
    }
    return result;
}

}  // namespace lockstep

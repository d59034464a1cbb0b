
#include "tools/reproduce/systems/bandit_replay.hpp"

#include <algorithm>
#include <cmath>

#include <lockstep/random.hpp>

#include "tools/reproduce/systems/numpy_draws.hpp"

namespace lockstep {
namespace {

int greedy(const std::vector<double>& values) {
    return static_cast<int>(std::ranges::max_element(values) - values.begin());
}

int epsilon_greedy(const BanditRun& run, int, Draws& draws) {
    if (draws.uniform() < 0.1) return draws.below(static_cast<int>(run.values.size()));
    return greedy(run.values);
}

int softmax(const BanditRun& run, int, Draws& draws) {
    std::vector<double> shares;
    double total = 0;
    for (const double value : run.values) {
        shares.push_back(std::exp(value));
        total += shares.back();
    }
    for (double& share : shares) share /= total;
    return weighted_index(shares, draws);
}

// Auer, Cesa-Bianchi and Fischer's UCB1 (2002); an untried arm gets an almost infinite bonus.
int upper_confidence(const BanditRun& run, int step, Draws&) {
    std::vector<double> bounds;
    for (std::size_t arm = 0; arm < run.values.size(); ++arm) {
        const double pulls = run.pulls[arm] + 1e-5;
        bounds.push_back(run.values[arm] + std::sqrt(2 * std::log(step) / pulls));
    }
    return greedy(bounds);
}

}  // namespace

BanditRun replay_bandit(BanditMethod method, std::span<const double> rewards, int steps,
                        std::uint32_t seed) {
    constexpr decltype(&softmax) choices[] = {epsilon_greedy, softmax, upper_confidence};
    const auto choose = choices[static_cast<int>(method)];
    const double best = std::ranges::max(rewards);
    NumpyDraws draws(seed);
    BanditRun run{std::vector<int>(rewards.size()), std::vector<double>(rewards.size())};
    for (int step = 1; step <= steps; ++step) {
        const auto arm = static_cast<std::size_t>(choose(run, step, draws));
        ++run.pulls[arm];
        run.values[arm] += (rewards[arm] - run.values[arm]) / run.pulls[arm];
        run.regret += best - rewards[arm];
    }
    return run;
}

}  // namespace lockstep


#include "tools/reproduce/systems/small_systems.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace lockstep {
namespace {

int greedy(std::span<const double> values) {
    return static_cast<int>(std::ranges::max_element(values) - values.begin());
}

int epsilon_greedy(std::span<const double> values, double epsilon, Draws& draws) {
    if (draws.uniform() < epsilon) return draws.below(static_cast<int>(values.size()));
    return greedy(values);
}

void learn(double& value, double target, double rate) { value += rate * (target - value); }

// Sums go from first to last, as NumPy's do for fewer than eight numbers.
std::vector<double> softmax(std::span<const double> preferences) {
    const double most = std::ranges::max(preferences);
    std::vector<double> shares;
    double total = 0;
    for (const double preference : preferences) {
        shares.push_back(std::exp(preference - most));
        total += shares.back();
    }
    for (double& share : shares) share /= total;
    return shares;
}

}  // namespace

void uniform_rewards(std::span<const int>, std::span<double> rewards, Draws& draws) {
    for (double& reward : rewards) reward = draws.uniform();
}

ActionValues learn_independently(const IndependentLearners& config, const JointWorld& world,
                                 Draws& draws) {
    ActionValues values(config.learners, config.actions);
    std::vector<int> actions(static_cast<std::size_t>(config.learners));
    std::vector<double> rewards(actions.size());
    for (int step = 0; step < config.steps; ++step) {
        for (int i = 0; i < config.learners; ++i) {
            actions[static_cast<std::size_t>(i)] =
                epsilon_greedy(values.row(i), config.learning.epsilon, draws);
        }
        world(actions, rewards, draws);
        for (int i = 0; i < config.learners; ++i) {
            const auto at = static_cast<std::size_t>(i);
            learn(values.of(i, actions[at]), rewards[at], config.learning.rate);
        }
    }
    return values;
}

TwoLevelValues learn_two_levels(const TwoLevels& config,
                                const std::function<double(int, int, Draws&)>& reward,
                                Draws& draws) {
    const auto [rate, epsilon] = config.learning;
    TwoLevelValues result{std::vector<double>(static_cast<std::size_t>(config.options)),
                          {config.options, config.actions}};
    for (int step = 0; step < config.steps; ++step) {
        const int option = epsilon_greedy(result.options, epsilon, draws);
        const std::span<double> low = result.actions.row(option);
        const bool explores = draws.uniform() < epsilon;
        const bool missing = explores && config.exploring_teaches_all;
        const int action = missing ? -1 : explores ? draws.below(config.actions) : greedy(low);
        const double received = reward(option, action, draws);
        learn(result.options[static_cast<std::size_t>(option)], received, rate);
        result.missing_choices += missing;
        for (double& value : missing ? low : low.subspan(static_cast<std::size_t>(action), 1)) {
            learn(value, received, rate);
        }
    }
    return result;
}

JointValues learn_joints(const Joints& config,
                         const std::function<double(int, int, Draws&)>& reward, Draws& draws) {
    JointValues result{{config.joints, config.actions}, {}};
    for (int episode = 0; episode < config.episodes; ++episode) {
        double total = 0;
        for (int joint = 0; joint < config.joints; ++joint) {
            const int action =
                epsilon_greedy(result.values.row(joint), config.learning.epsilon, draws);
            const double received = reward(joint, action, draws);
            learn(result.values.of(joint, action), received, config.learning.rate);
            total += received;
        }
        result.total_rewards.push_back(total);
    }
    return result;
}

ActionValues learn_q(const QLearning& config,
                     const std::function<Transition(int, int, Draws&)>& world, Draws& draws) {
    ActionValues q(config.states, config.actions);
    int state = 0;
    for (int step = 0; step < config.steps; ++step) {
        const int action = epsilon_greedy(q.row(state), config.learning.epsilon, draws);
        const auto [next, reward] = world(state, action, draws);
        const double target = reward + config.discount * std::ranges::max(q.row(next));
        learn(q.of(state, action), target, config.learning.rate);
        state = next;
    }
    return q;
}

void reinforce(ActionValues& preferences, std::span<const Visit> episode, double rate) {
    for (std::size_t t = 0; t < episode.size(); ++t) {
        double gain = 0;
        for (const Visit& later : episode.subspan(t)) gain += later.reward;
        const std::vector<double> shares = softmax(preferences.row(episode[t].state));
        for (int action = 0; action < preferences.actions; ++action) {
            const double chosen = action == episode[t].action ? 1 : 0;
            preferences.of(episode[t].state, action) +=
                rate * gain * (chosen - shares[static_cast<std::size_t>(action)]);
        }
    }
}

RandomMdp::RandomMdp(int state_count, int action_count, Draws& draws)
    : states(state_count),
      actions(action_count),
      probabilities(static_cast<std::size_t>(state_count * action_count * state_count)),
      rewards(probabilities.size()) {
    for (double& probability : probabilities) probability = draws.uniform();
    for (auto row = probabilities.begin(); row != probabilities.end(); row += states) {
        double total = 0;
        std::for_each(row, row + states, [&](double p) { total += p; });
        std::for_each(row, row + states, [&](double& p) { p /= total; });
    }
    for (double& reward : rewards) reward = draws.normal();
}

Transition RandomMdp::step(int state, int action, Draws& draws) const {
    const auto count = static_cast<std::size_t>(states);
    const std::size_t row = static_cast<std::size_t>(state * actions + action) * count;
    const int next = weighted_index(std::span(probabilities).subspan(row, count), draws);
    return {next, rewards[row + static_cast<std::size_t>(next)]};
}

RewardWeights match_features(const FeatureMatching& config, std::span<const int> expert_visits,
                             Draws& draws) {
    RewardWeights result;
    double steps = 0;
    for (const int visits : expert_visits) {
        result.initial.push_back(draws.uniform());
        steps += visits;
    }
    result.weights = result.initial;
    std::vector<double> learner(expert_visits.size());
    for (int update = 0; update < config.updates; ++update) {
        if (!config.counts_are_experts) {
            learner = softmax(result.weights);
            for (double& count : learner) count *= steps;
        }
        const std::vector<double> before = result.weights;
        result.mismatch = 0;
        for (std::size_t s = 0; s < learner.size(); ++s) {
            const double difference = expert_visits[s] - learner[s];
            result.weights[s] += config.rate * difference;
            result.mismatch = std::max(result.mismatch, std::abs(difference));
        }
        result.moving_updates += result.weights != before;
        if (config.counts_are_experts) learner.assign(expert_visits.begin(), expert_visits.end());
    }
    return result;
}

}  // namespace lockstep

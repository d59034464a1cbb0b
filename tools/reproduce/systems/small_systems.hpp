// The small systems of the slides "Reinforcement Learning with Python" that need no lanes:
// independent learners in one environment, two levels of choice, a robot's joints, Q-learning, the
// policy gradient of a table, a random Markov decision process, and reward weights from an expert.
//
// Must not:  know which generator its numbers come from.
// Invariant: draws are made and sums are taken in the order of the slides' programs, so that with
//            NumpyDraws every table equals theirs to the last bit. Ties go to the first action.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <lockstep/random.hpp>

#include "tools/reproduce/systems/numpy_draws.hpp"

namespace lockstep {

// A number for each row (a state, a learner, an option, a joint) and action, initially 0.
struct ActionValues {
    ActionValues(int row_count, int action_count)
        : rows(row_count),
          actions(action_count),
          values(static_cast<std::size_t>(row_count) * static_cast<std::size_t>(action_count)) {}

    std::span<double> row(int r) { return std::span(values).subspan(at(r, 0), at(1, 0)); }
    std::span<const double> row(int r) const {
        return std::span(values).subspan(at(r, 0), at(1, 0));
    }
    double& of(int r, int action) { return values[at(r, action)]; }

    int rows, actions;
    std::vector<double> values;

private:
    std::size_t at(int r, int action) const {
        return static_cast<std::size_t>(r) * static_cast<std::size_t>(actions) +
               static_cast<std::size_t>(action);
    }
};

// Values follow rewards at a constant rate; a choice is random with probability epsilon.
struct ValueLearning {
    double rate = 0.1;
    double epsilon = 0.1;
};

// Learners that share an environment, each with values of its own actions only. All of them choose
// before any of them learns.
using JointWorld =
    std::function<void(std::span<const int> actions, std::span<double> rewards, Draws&)>;
// The slides' environment: a reward uniform in [0, 1) for each learner, whatever they do.
void uniform_rewards(std::span<const int> actions, std::span<double> rewards, Draws& draws);

struct IndependentLearners {
    int learners = 2;
    int actions = 3;
    int steps = 1000;
    ValueLearning learning = {};
};
ActionValues learn_independently(const IndependentLearners&, const JointWorld&, Draws&);

// Two levels: an option is chosen, then one of its actions; both values follow the reward.
struct TwoLevels {
    int options = 3;
    int actions = 4;
    int steps = 1000;
    ValueLearning learning = {};
    // The slides' mistake: a line break after `return` makes an exploring low level choose nothing,
    // and NumPy takes the missing index for all actions, so that every action of the option learns.
    bool exploring_teaches_all = false;
};
struct TwoLevelValues {
    std::vector<double> options;
    ActionValues actions;  // one row per option
    int missing_choices = 0;
};
// `reward` gets action -1 if none was chosen.
TwoLevelValues learn_two_levels(const TwoLevels&,
                                const std::function<double(int option, int action, Draws&)>& reward,
                                Draws&);

// A robot whose joints act one after the other, each with its own values.
struct Joints {
    int joints = 3;
    int actions = 4;
    int episodes = 1000;  // of one action per joint
    ValueLearning learning = {};
};
struct JointValues {
    ActionValues values;                // one row per joint
    std::vector<double> total_rewards;  // one per episode
};
JointValues learn_joints(const Joints&,
                         const std::function<double(int joint, int action, Draws&)>& reward,
                         Draws&);

// Q-learning in an environment that is a function; it begins in state 0 and never ends.
struct Transition {
    int next;
    double reward;
};
struct QLearning {
    int states = 5;
    int actions = 3;
    int steps = 1000;
    double discount = 0.95;
    ValueLearning learning = {};
};
ActionValues learn_q(const QLearning&,
                     const std::function<Transition(int state, int action, Draws&)>& world, Draws&);

// One REINFORCE update of softmax preferences (Williams 1992) from an episode's undiscounted
// returns, visit by visit: later visits see what earlier ones changed.
struct Visit {
    int state, action;
    double reward;
};
void reinforce(ActionValues& preferences, std::span<const Visit> episode, double rate);

// A Markov decision process with random rules: transition probabilities proportional to uniforms,
// rewards from N(0, 1), both indexed (state, action, next state).
struct RandomMdp {
    RandomMdp(int state_count, int action_count, Draws& draws);
    Transition step(int state, int action, Draws& draws) const;

    int states, actions;
    std::vector<double> probabilities, rewards;
};

// Inverse reinforcement learning where the only features are the states: the weights, uniform in
// [0, 1) at first, climb the difference between the expert's visits and the learner's.
struct FeatureMatching {
    int updates = 100;
    double rate = 0.01;
    // The slides' mistake: the learner's counts are 0 at first and then the expert's own, so that
    // only the first update moves the weights. Otherwise the learner stands in state s with
    // probability softmax(weights)[s] at each of the expert's steps, which makes this the maximum
    // likelihood of a Boltzmann expert. It converges, for rate < 4 / visits, to softmax(weights) =
    // the expert's share of visits; the sum of the weights stays constant.
    bool counts_are_experts = false;
};
struct RewardWeights {
    std::vector<double> initial, weights;
    int moving_updates = 0;  // that changed a weight
    double mismatch = 0;     // largest difference of counts before the last update
};
RewardWeights match_features(const FeatureMatching&, std::span<const int> expert_visits, Draws&);

}  // namespace lockstep

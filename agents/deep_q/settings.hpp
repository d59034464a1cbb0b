// The settings of a learner of action values by a network. The defaults are those of the tutorial's
// first deep Q network (Géron, "Hands-On Machine Learning", chapter 18).
//
// Must not:  know lanes.
// Invariant: learners in one vector may differ in the numbers of their optimizers, in gamma, tau,
//            epsilon, episodes, and when they learn; everything else is the first learner's.
#pragma once

#include <cstdint>

#include "agents/network/network_settings.hpp"

namespace lockstep {

// What values the next state: the learning network itself, a copy of it made at intervals, or a
// network that follows it slowly.
enum class TargetNetwork { hard, none, soft };

// The unit in which the times of learning are counted.
enum class Clock { episodes, steps };

struct DeepQSettings {
    NetworkSpec network{.hidden = {32, 32},
                        .activations = {Activation::elu},
                        .initialization = Initialization::glorot_uniform};
    OptimizerSettings optimizer{
        .kind = OptimizerKind::nadam, .learning_rate = 0.01, .epsilon = 1e-7, .weight_decay = 1};
    bool double_q = false;  // the learning network chooses what the target values (van Hasselt)
    bool dueling = false;
    TargetNetwork target = TargetNetwork::none;
    Clock clock = Clock::episodes;
    // A batch is learned from after episode (step) number k, from 0, where k exceeds
    // `learning_starts` and is a multiple of `train_freq`; the target is copied after those that
    // are a multiple of `target_update_interval`.
    std::int64_t learning_starts = 50, train_freq = 1, target_update_interval = 50;
    double tau = 0.01;  // of a soft target, each time its network has learned
    std::int64_t buffer_size = 2000, batch_size = 32;
    double gamma = 0.95;
    double epsilon = 1, epsilon_final = 0.01;
    std::int64_t epsilon_decay_episodes = 495;  // in equal steps; 0: epsilon is constant
    std::int64_t episodes = 600;
    std::int64_t checkpoints = 12;

    void declare(SettingList& list);
    void complete(const SettingList& given);
};

}  // namespace lockstep

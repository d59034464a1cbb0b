// What a learner of action values by a network is told. The defaults are those of the tutorial's
// first deep Q network (Géron, "Hands-On Machine Learning", chapter 18).
//
// Must not:  know lanes.
// Invariant: learners in one vector may differ in the numbers of their optimisers, in gamma, tau,
//            epsilon, episodes, and when they learn; all else is the first learner's.
#pragma once

#include <cstdint>

#include <lockstep/agents/network/network_settings.hpp>

namespace lockstep {

// Who says what the next state is worth: the network that learns, or one that is a copy of it made
// every so often, or that follows it.
enum class TargetNetwork { hard, none, soft };

// What the moments of learning are counted in.
enum class Clock { episodes, steps };

struct DeepQSettings {
    NetworkSpec network{.hidden = {32, 32},
                        .activations = {Activation::elu},
                        .initialisation = Initialisation::glorot_uniform};
    OptimiserSettings optimiser{
        .kind = OptimiserKind::nadam, .rate = 0.01, .epsilon = 1e-7, .decay = 1};
    bool double_q = false;  // the learning network chooses what the target values (van Hasselt)
    bool dueling = false;
    TargetNetwork target = TargetNetwork::none;
    Clock clock = Clock::episodes;
    // A batch is learnt from after episode (step) number k, from 0, where k exceeds `warmup` and is
    // a multiple of `train_every`; the target is copied then where k is one of `target_every`.
    std::int64_t warmup = 50, train_every = 1, target_every = 50;
    double tau = 0.01;  // how far a soft target follows when its network has learnt
    std::int64_t buffer = 2000, batch = 32;
    double gamma = 0.95;
    double epsilon = 1, epsilon_last = 0.01;
    std::int64_t epsilon_episodes =
        495;  // in which epsilon falls in equal steps; 0: it is constant
    std::int64_t episodes = 600;
};

}  // namespace lockstep

// The rows of `reproduce`: one list per tutorial, and one of our own.
//
// Must not:  be included except where the lists are made, and by experiments(), which joins them.
#pragma once

#include <span>

#include "tools/reproduce/experiments.hpp"

namespace lockstep {

std::span<const Experiment> cartpole_experiments();
std::span<const Experiment> cartpole_tabular_experiments();
std::span<const Experiment> mdp_experiments();
std::span<const Experiment> gridworld_experiments();
std::span<const Experiment> gridworld_walk_experiments();
std::span<const Experiment> gridworld_learning_experiments();
std::span<const Experiment> bandit_experiments();
std::span<const Experiment> policy_gradient_experiments();
std::span<const Experiment> deep_q_experiments();
std::span<const Experiment> slides_world_experiments();
std::span<const Experiment> slides_experiments();
std::span<const Experiment> slides_actor_critic_experiments();
std::span<const Experiment> classic_control_experiments();
std::span<const Experiment> sampler_experiments();

}  // namespace lockstep

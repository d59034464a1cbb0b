#include <vector>

#include "tools/reproduce/experiments/lists.hpp"

namespace lockstep {
namespace {

std::vector<Experiment> join(std::initializer_list<std::span<const Experiment>> lists) {
    std::vector<Experiment> all;
    for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
    return all;
}

}  // namespace

std::span<const Experiment> experiments() {
    static const std::vector<Experiment> all =
        join({cartpole_experiments(), cartpole_tabular_experiments(), mdp_experiments(),
              gridworld_experiments(), gridworld_learning_experiments(),
              gridworld_walk_experiments(), bandit_experiments(), slides_world_experiments(),
              slides_experiments(), slides_actor_critic_experiments(), deep_q_experiments(),
              policy_gradient_experiments(), classic_control_experiments(), sampler_experiments()});
    return all;
}

}  // namespace lockstep

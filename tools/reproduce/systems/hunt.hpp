// GridworldHard-v0 as one finite process over cell, energy and fatigue, for those who solve it or
// measure a policy exactly.
//
// Must not:  know how learners learn.
// Invariant: state numbers are those that learners see (observe=full), whose first level_count of
//            energy spent and of fatigue decide every fight; cells are states_a_cell apart.
#pragma once

#include <lockstep/table_game.hpp>

namespace lockstep {

inline constexpr int hunt_levels = 11;
inline constexpr int states_a_cell = hunt_levels * hunt_levels;

enum class RewardModel {
    given,  // energy - fatigue, as if neither got worse beyond the last level; 100 and -100 at last
    win,    // 1 for a victory
    shortest_path,  // -1 a move, and -10,000 for a defeat
};

// `cells`: the environment's tables. A victory alone pays more than 0 at the end, but for `haste`.
FiniteMdp gridworld_hard_mdp(const FiniteMdp& cells, RewardModel reward);

}  // namespace lockstep

// GridworldHard-v0 as one finite process over cell, energy and fatigue, for solving it or measuring
// a policy exactly.
//
// Must not:  know how learners learn.
// Invariant: state numbers are those that learners observe (observe=full), whose first level_count
//            values of energy spent and of fatigue decide every fight; the states of a cell
//            are adjacent, states_a_cell of them.
#pragma once

#include <lockstep/table_game.hpp>

namespace lockstep {

inline constexpr int hunt_levels = 11;
inline constexpr int states_a_cell = hunt_levels * hunt_levels;

enum class RewardModel {
    given,          // energy - fatigue, as if capped at the last level; 100 and -100 at the end
    win,            // 1 for a victory
    shortest_path,  // -1 per move, and -10,000 for a defeat
};

// `cells`: the environment's tables. Only a victory pays more than 0 at the end, except in
// shortest_path.
FiniteMdp gridworld_hard_mdp(const FiniteMdp& cells, RewardModel reward);

}  // namespace lockstep

// Walks that follow a table of values in a finite process in which every move leads to one place,
// as on boards: one at a time, or all of them at once and exactly.
//
// Must not:  draw random numbers, or know how the table was learnt.
// Invariant: a walk ends where an outcome is terminal: at the goal if that pays, else lost. Among
//            equal values the first action is taken.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <lockstep/table_game.hpp>

namespace lockstep {

// The values that a walk follows: state s uses row s / states_a_row, so that a table may
// distinguish fewer states than the process does.
struct WalkTable {
    std::span<const double> q;
    std::int64_t states_a_row = 1;
};

enum class WalkEnd { goal, lost, capped, blocked, trapped };

struct Walk {
    WalkEnd end = WalkEnd::capped;
    std::vector<std::int64_t>
        states;  // visited in turn: the start and, unless it was lost, the end

    std::int64_t steps() const { return static_cast<std::int64_t>(states.size()) - 1; }
};

// Always the highest value; `blocked` if that move is not legal, since retrying would never end.
Walk greedy_walk(const FiniteMdp& mdp, const WalkTable& table, std::int64_t start,
                 std::int64_t max_steps);

// The highest value among legal moves to new states; `trapped` if there is none.
Walk self_avoiding_walk(const FiniteMdp& mdp, const WalkTable& table, std::int64_t start,
                        std::int64_t max_steps);

// Walks from every start, equally likely, that take an action with probability ~ value - lowest +
// offset, and draw again if it is not legal.
struct WalkOdds {
    double goal = 0, capped = 0;
    std::array<double, 128> lost{};       // by the mark of the outcome that ended the walk
    double mean_steps = 0, sd_steps = 0;  // of walks that reach the goal
};
WalkOdds proportional_walks(const FiniteMdp& mdp, const WalkTable& table, double offset,
                            std::int64_t max_steps);

// For each state, the fewest steps to the goal; -1 if it is out of reach.
std::vector<std::int64_t> fewest_steps(const FiniteMdp& mdp);

}  // namespace lockstep

// What the environments on boards share: moves, settings, and the skeleton of their tables.
//
// Must not:  know what cells do to a walker.
// Invariant: state y * width + x is a cell, the same one on every board of a file; actions 0 to 3
//            are up, down, left and right.
#pragma once

#include <cstdint>
#include <vector>

#include <lockstep/description.hpp>
#include <lockstep/table_game.hpp>

#include "engine/finite/board.hpp"

namespace lockstep {

struct WorldSettings;

struct Move {
    int dx, dy;
};
inline constexpr int move_count = 4;
inline constexpr Move moves[move_count] = {{0, -1}, {0, 1}, {-1, 0}, {1, 0}};

// The first text and the first parameter of every environment on boards.
inline constexpr TextInfo board_setting{
    .name = "board",
    .value = "",
    .meaning = "file of one or more boards; empty: the tutorial's board",
    .file = true};
inline constexpr ParameterInfo board_number_setting{
    .name = "board_number",
    .value = 0,
    .low = 0,
    .high = (1 << 24) - 1,
    .meaning = "which of the file's boards, from 0"};

// The boards that the settings name. Throws ConfigError on invalid text, on more cells than the
// memory limit allows, and on a board_number that is out of range.
std::vector<Board> chosen_boards(const WorldSettings& settings);

// An empty process with memory reserved for the boards' moves, and with their picture.
FiniteMdp board_process(const std::vector<Board>& boards);

// The row of a state that no episode visits: an episode put there ends at once, with reward 0.
void add_nowhere(FiniteMdp& mdp, std::int64_t state, Cell cell);

}  // namespace lockstep

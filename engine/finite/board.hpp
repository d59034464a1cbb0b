// Boards of cells, from text or generated at random.
//
// Owns:      the format of board files; the rules by which random boards are made.
// Must not:  know what happens to a walker on a board.
// Invariant: a board that was read or made has a cell to begin on and one to reach: `ground`, and
//            `apple` or `wolf`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/random/python_random.hpp"

namespace lockstep {

// Numbered as in the tutorial ("Peter and the Wolf", Reinforcement Learning with Python).
enum class Cell : std::uint8_t { ground, water, wolf, tree, apple };
inline constexpr std::string_view cell_characters = ".~WTA";
inline constexpr int longest_side = 1024;
// Limit on all boards of a file together; their tables then take half a gigabyte.
inline constexpr std::size_t max_board_cells = std::size_t{1} << 22;

struct Board {
    int width = 0, height = 0;
    std::vector<Cell> cells;  // row by row, y downward

    bool contains(int x, int y) const { return x >= 0 && x < width && y >= 0 && y < height; }
    Cell at(int x, int y) const { return cells[index(x, y)]; }
    Cell& at(int x, int y) { return cells[index(x, y)]; }
    std::size_t index(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
               static_cast<std::size_t>(x);
    }
    std::vector<std::string> rows() const;

    friend bool operator==(const Board&, const Board&) = default;
};

// What the tutorial and the command put on a board by default. Water comes in random walks of
// `water_size` cells, which may cross themselves and each other.
struct BoardCounts {
    std::int64_t water = 3, water_size = 5, wolves = 1, trees = 5, apples = 3;
};

// The board of the tutorial: 8 by 8 cells, from Python's seed 13.
extern const std::string_view tutorial_board;

// One or more boards of the same size: one character per cell, one line per row, an empty line
// between boards. Messages call the text `file`. Throws ConfigError with line, column and value.
std::vector<Board> parse_boards(std::string_view text, const std::string& file);

// One line per row, each with its line end.
std::string format(const Board& board);

// A board from Lockstep's own random numbers. Throws ConfigError on sides outside 1 to
// longest_side, negative counts, nothing to reach, or more things to place than fit, with one cell
// left to begin on.
Board random_board(int width, int height, const BoardCounts& counts, std::uint64_t seed);
// The board that the tutorial makes with Python's numbers; `random` continues after it. (There,
// seed 0 means no seeding at all; here 0 is a seed like any other.)
Board random_board(int width, int height, const BoardCounts& counts, PythonRandom& random);

}  // namespace lockstep

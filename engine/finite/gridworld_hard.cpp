// Boards on which a walker with energy and fatigue hunts the wolf: the second world of the tutorial
// "Peter and the Wolf" (Reinforcement Learning with Python, 004). The tables tell where moves lead,
// the kernel what they do; their rewards are not used.

#include <lockstep/detail/env/gridworld_hard.hpp>
#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"
#include "engine/finite/board_world.hpp"

namespace lockstep {
namespace {

using Kernel = GridworldHard;

static_assert(Kernel::wolf == static_cast<unsigned>(Cell::wolf));
static_assert(Kernel::tree == static_cast<unsigned>(Cell::tree));
static_assert(Kernel::apple == static_cast<unsigned>(Cell::apple));

// One in 2e15 random walks on the default board is longer.
constexpr Description about{
    .name = "gridworld-hard",
    .source = "tutorial 004, Peter and the Wolf, section 2",
    .ids = {{.id = "GridworldHard-v0", .max_episode_steps = 1000}},
    .observations = Kernel::about.observations,
    .parameters = {board_number_setting},
    .choices = {{.name = "rules",
                 .options = {"sound", "tutorial"},
                 .meaning = "sound: wolf and water end; tutorial: energy - fatigue = -100 too, and "
                            "no end is learned"},
                {.name = "observe",
                 .options = {"full", "cell"},
                 .meaning = "what tabular learners see: cell, energy and fatigue, or the cell "
                            "alone"}},
    .texts = {board_setting}};

bool ends(Cell cell) { return cell == Cell::water || cell == Cell::wolf; }

void compile_cell(const Board& board, int x, int y, FiniteMdp& mdp) {
    const auto state = static_cast<std::int64_t>(board.index(x, y));
    if (ends(board.at(x, y))) return add_nowhere(mdp, state, board.at(x, y));
    if (board.at(x, y) == Cell::ground) mdp.add_start(state);
    for (const Move& move : moves) {
        const bool inside = board.contains(x + move.dx, y + move.dy);
        const int to_x = inside ? x + move.dx : x, to_y = inside ? y + move.dy : y;
        mdp.add({.next = static_cast<std::uint32_t>(board.index(to_x, to_y)),
                 .terminated = ends(board.at(to_x, to_y)),
                 .mark = static_cast<std::uint8_t>(board.at(to_x, to_y))});
        mdp.close_pair();
    }
}

FiniteMdp build(std::string_view, const WorldSettings& settings) {
    const bool tutorial = settings.choices[0] == 1, cell_only = settings.choices[1] == 1;
    const std::vector<Board> boards = chosen_boards(settings);
    FiniteMdp mdp = board_process(boards);
    mdp.learns_terminal_moves = !tutorial;
    mdp.flags = (tutorial ? Kernel::ends_at_100 : 0) | (cell_only ? Kernel::sees_cell : 0);
    for (const Board& board : boards) {
        for (int y = 0; y < board.height; ++y) {
            for (int x = 0; x < board.width; ++x) compile_cell(board, x, y, mdp);
        }
        mdp.close_board();
    }
    return mdp;
}

}  // namespace

extern const FiniteEnvironment gridworld_hard;
const FiniteEnvironment gridworld_hard{about, build, "gridworld-hard"};

}  // namespace lockstep

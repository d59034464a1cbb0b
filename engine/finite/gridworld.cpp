// Boards to walk on, after the tutorial "Peter and the Wolf" (Reinforcement Learning with Python,
// 004): apples are the goal; wolf, water and leaving the board are the end.

#include <string>

#include <lockstep/error.hpp>
#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"
#include "engine/finite/board_world.hpp"

namespace lockstep {
namespace {

// learning: what the tutorial means to teach: an apple or a fatal move ends the episode.
// walking: how the tutorial measures a policy: no fatal moves except onto the wolf.
// tutorial: its training as written: an apple pays and the walk goes on; fatal moves teach nothing.
enum Rules : std::int32_t { learning, walking, tutorial };

// One in 8e10 random walks on the default board is longer than 1,000 steps.
constexpr Description about{
    .name = "gridworld",
    .source = "tutorial 004, Peter and the Wolf",
    .ids = {{.id = "Gridworld-v0", .max_episode_steps = 1000}},
    .observations = {{.name = "state"}},
    .parameters = {board_number_setting},
    .choices = {{.name = "rules",
                 .options = {"learning", "walking", "tutorial"},
                 .value = learning,
                 .meaning = "learning: apples and fatal moves end; walking: no move leaves or "
                            "drowns; tutorial: as its training is written"}},
    .texts = {board_setting}};

constexpr double move_reward = -0.1, goal_reward = 10, end_reward = -10;

class Compiler {
public:
    Compiler(const Board& board, Rules rules, FiniteMdp& mdp)
        : board_(board), rules_(rules), mdp_(mdp) {}

    // The rows and the starts of the board.
    void compile() {
        for (int y = 0; y < board_.height; ++y) {
            for (int x = 0; x < board_.width; ++x) compile_cell(x, y);
        }
        mdp_.close_board();
    }

private:
    // Whether no walk continues from the cell, because it ends there or has no way out.
    bool nowhere(int x, int y) const {
        const Cell cell = board_.at(x, y);
        if (cell == Cell::water || cell == Cell::wolf) return true;
        if (cell == Cell::apple && rules_ != tutorial) return true;
        for (const Move& move : moves) {
            if (possible(x + move.dx, y + move.dy)) return false;
        }
        return true;
    }
    bool possible(int x, int y) const {
        return rules_ != walking || (board_.contains(x, y) && board_.at(x, y) != Cell::water);
    }

    void compile_cell(int x, int y) {
        const auto state = static_cast<std::int64_t>(board_.index(x, y));
        const Cell cell = board_.at(x, y);
        if (nowhere(x, y)) return add_nowhere(mdp_, state, cell);
        if (cell == Cell::ground) mdp_.add_start(state);
        for (const Move& move : moves) {
            const int to_x = x + move.dx, to_y = y + move.dy;
            if (possible(to_x, to_y)) {
                mdp_.add(board_.contains(to_x, to_y) ? arrive(to_x, to_y) : leave(x, y));
            }
            mdp_.close_pair();
        }
    }

    Outcome arrive(int x, int y) const {
        const Cell cell = board_.at(x, y);
        Outcome outcome{.next = static_cast<std::uint32_t>(board_.index(x, y)),
                        .reward = move_reward,
                        .mark = static_cast<std::uint8_t>(cell)};
        if (cell == Cell::water || cell == Cell::wolf) {
            outcome.reward = end_reward, outcome.terminated = true;
        } else if (cell == Cell::apple) {
            outcome.reward = goal_reward, outcome.terminated = rules_ != tutorial;
        }
        return outcome;
    }
    // The observation is the last cell that the walker was in.
    Outcome leave(int x, int y) const {
        return {.next = static_cast<std::uint32_t>(board_.index(x, y)),
                .reward = end_reward,
                .terminated = true,
                .mark = static_cast<std::uint8_t>(board_.at(x, y))};
    }

    const Board& board_;
    const Rules rules_;
    FiniteMdp& mdp_;
};

FiniteMdp build(std::string_view, const WorldSettings& settings) {
    const auto rules = static_cast<Rules>(settings.choices[0]);
    const std::vector<Board> boards = chosen_boards(settings);
    FiniteMdp mdp = board_process(boards);
    mdp.learns_terminal_moves = rules != tutorial;
    for (const Board& board : boards) {
        Compiler(board, rules, mdp).compile();
        if (mdp.starts.size() > mdp.first_start[mdp.first_start.size() - 2]) continue;
        throw ConfigError(settings.texts[0] + ": board " +
                          std::to_string(mdp.first_start.size() - 1) +
                          ": no ground from which a walker can go anywhere");
    }
    return mdp;
}

}  // namespace

extern const FiniteEnvironment gridworld;
const FiniteEnvironment gridworld{about, build};

}  // namespace lockstep

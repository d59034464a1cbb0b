
#include "engine/finite/board_world.hpp"

#include <cmath>
#include <string>

#include <lockstep/error.hpp>
#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"
#include "engine/text/number_text.hpp"

namespace lockstep {
namespace {

std::string name_of(const std::string& file) { return file.empty() ? "the default board" : file; }

void check_cells(const std::vector<Board>& boards, const std::string& file) {
    const std::size_t cells = boards.size() * boards.front().cells.size();
    if (cells <= max_board_cells) return;
    throw ConfigError(name_of(file) + ": cells: " + std::to_string(cells) + " in all: allowed " +
                      std::to_string(max_board_cells));
}

void check_numbers(const std::vector<double>& numbers, std::size_t boards,
                   const std::string& file) {
    for (std::size_t world = 0; world < numbers.size(); ++world) {
        const double number = numbers[world];
        if (number < static_cast<double>(boards) && number == std::floor(number)) continue;
        const std::string where =
            numbers.size() > 1 ? " (world " + std::to_string(world) + ")" : "";
        throw ConfigError("board_number = " + shortest(number) + where +
                          ": allowed whole numbers from 0 to " + std::to_string(boards - 1) + " (" +
                          name_of(file) + ")");
    }
}

}  // namespace

std::vector<Board> chosen_boards(const WorldSettings& settings) {
    const std::string& file = settings.texts[0];
    std::vector<Board> boards =
        file.empty() ? parse_boards(tutorial_board, file) : parse_boards(*settings.files[0], file);
    check_cells(boards, file);
    check_numbers(settings.parameters[0], boards.size(), file);
    return boards;
}

FiniteMdp board_process(const std::vector<Board>& boards) {
    FiniteMdp mdp;
    mdp.states = static_cast<std::int64_t>(boards.front().cells.size());
    mdp.actions = move_count;
    mdp.boards = static_cast<std::int64_t>(boards.size());
    const std::size_t pairs = boards.size() * boards.front().cells.size() * move_count;
    mdp.outcomes.reserve(pairs);
    mdp.first.reserve(pairs + 1);
    for (const Board& board : boards) {
        for (std::string& row : board.rows()) mdp.picture.push_back(std::move(row));
    }
    return mdp;
}

void add_nowhere(FiniteMdp& mdp, std::int64_t state, Cell cell) {
    for (int action = 0; action < move_count; ++action) {
        mdp.add({.next = static_cast<std::uint32_t>(state),
                 .terminated = true,
                 .mark = static_cast<std::uint8_t>(cell)});
        mdp.close_pair();
    }
}

}  // namespace lockstep

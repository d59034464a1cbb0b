
#include "engine/finite/board.hpp"

#include <algorithm>
#include <array>

#include <lockstep/detail/random/rng.hpp>
#include <lockstep/error.hpp>

#include "engine/random/seeding.hpp"
#include "engine/text/text_file.hpp"

namespace lockstep {
namespace {

constexpr std::string_view allowed_cells = ". ground, ~ water, W wolf, T tree or grass, A apple";

std::string size_text(const Board& board) {
    return std::to_string(board.width) + "x" + std::to_string(board.height);
}

bool has(const Board& board, Cell cell) {
    return std::find(board.cells.begin(), board.cells.end(), cell) != board.cells.end();
}

// Why episodes could not begin or end on the board, or "".
std::string fault(const Board& board) {
    if (!has(board, Cell::ground)) return "no ground (.) to begin on";
    if (!has(board, Cell::apple) && !has(board, Cell::wolf))
        return "neither apple (A) nor wolf (W)";
    return "";
}

// The lines of a text, one after the other.
class Lines {
public:
    explicit Lines(std::string_view text) : text_(text) {}

    bool done() const { return text_.empty(); }
    int number() const { return number_; }  // of the line that next() returned last, from 1
    std::string_view next() {
        const std::size_t end = std::min(text_.find('\n'), text_.size());
        std::string_view line = text_.substr(0, end);
        text_.remove_prefix(std::min(end + 1, text_.size()));
        ++number_;
        return line;
    }

private:
    std::string_view text_;
    int number_ = 0;
};

class Parser {
public:
    Parser(std::string_view text, const std::string& file) : lines_(text), file_(file) {}

    std::vector<Board> boards() {
        std::vector<Board> boards;
        while (!lines_.done()) {
            const int line = lines_.number() + 1;
            boards.push_back(board());
            check(boards, line);
        }
        if (boards.empty()) throw ConfigError(file_ + ": is empty: expected rows of cells");
        return boards;
    }

private:
    [[noreturn]] void fail(int line, std::size_t column, const std::string& what) const {
        throw ConfigError(file_ + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " +
                          what);
    }

    // The rows up to an empty line or the end.
    Board board() {
        Board board;
        do {
            const std::string_view row = lines_.next();
            if (row.empty() && board.height > 0) break;
            add(board, row);
        } while (!lines_.done());
        return board;
    }

    void add(Board& board, std::string_view row) const {
        const int line = lines_.number();
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::size_t cell = cell_characters.find(row[i]);
            if (cell == std::string_view::npos) {
                fail(line, i + 1,
                     character_name(row.substr(i)) + ": allowed " + std::string(allowed_cells));
            }
            board.cells.push_back(static_cast<Cell>(cell));
        }
        check_length(board, row.size());
        board.width = static_cast<int>(row.size());
        if (++board.height > longest_side) {
            fail(line, 1, "too many rows: allowed 1 to " + std::to_string(longest_side));
        }
    }

    void check_length(const Board& board, std::size_t length) const {
        const bool first = board.height == 0;
        const auto most = static_cast<std::size_t>(first ? longest_side : board.width);
        const bool allowed = first ? length >= 1 && length <= most : length == most;
        if (allowed) return;
        fail(lines_.number(), std::min(length, most) + 1,
             "a row of " + std::to_string(length) + " cells: " +
                 (first ? "allowed 1 to " + std::to_string(most)
                        : "must be " + std::to_string(most) + " as in the row above"));
    }

    // Checks the last board, which begins in `line`.
    void check(const std::vector<Board>& boards, int line) const {
        const Board &first = boards.front(), &last = boards.back();
        const std::string name = "board " + std::to_string(boards.size());
        if (last.width != first.width || last.height != first.height) {
            fail(line, 1,
                 name + " is " + size_text(last) + ": must be " + size_text(first) +
                     " like the first");
        }
        const std::string found = fault(last);
        if (!found.empty()) fail(line, 1, name + " has " + found);
    }

    Lines lines_;
    const std::string& file_;
};

// Lockstep's own random integers, behind the interface of PythonRandom.
class BoardNumbers {
public:
    explicit BoardNumbers(std::uint64_t seed)
        : rng_(stream_key(seed, Stream::boards), Lane::u32::iota(), Lane::u32(0U)) {}

    std::int64_t randint(std::int64_t low, std::int64_t high) {
        const auto count = static_cast<std::uint64_t>(high - low + 1);  // at most longest_side
        return low + static_cast<std::int64_t>(word() * count >> 32);
    }

private:
    using Lane = Lanes<Scalar, float>;

    std::uint64_t word() {
        if (used_ == words_.size()) rng_.bits().store(words_.data()), used_ = 0;
        return words_[used_++];
    }

    Rng<Lane> rng_;
    std::array<std::uint32_t, lane_count> words_{};
    std::size_t used_ = lane_count;
};

void check_counts(int width, int height, const BoardCounts& counts) {
    constexpr std::int64_t max_things = std::int64_t{longest_side} * longest_side;
    constexpr std::int64_t max_water = std::int64_t{1} << 26;  // a matter of seconds
    if (width < 1 || width > longest_side || height < 1 || height > longest_side) {
        throw ConfigError("board of " + std::to_string(width) + "x" + std::to_string(height) +
                          " cells: allowed 1 to " + std::to_string(longest_side) + " each");
    }
    const auto check = [](const char* name, std::int64_t value, std::int64_t most) {
        if (value >= 0 && value <= most) return;
        throw ConfigError(std::string(name) + " = " + std::to_string(value) + ": allowed 0 to " +
                          std::to_string(most));
    };
    check("water", counts.water, max_things);
    check("water-size", counts.water_size, max_things);
    check("water times water-size", counts.water * counts.water_size, max_water);
    check("wolves", counts.wolves, max_things);
    check("trees", counts.trees, max_things);
    check("apples", counts.apples, max_things);
}

void flood(Board& board, std::int64_t size, auto& random) {
    std::int64_t x = random.randint(0, board.width - 1);
    std::int64_t y = random.randint(0, board.height - 1);
    for (std::int64_t i = 0; i < size; ++i) {
        board.at(static_cast<int>(x), static_cast<int>(y)) = Cell::water;
        x = std::clamp<std::int64_t>(x + random.randint(-1, 1), 0, board.width - 1);
        y = std::clamp<std::int64_t>(y + random.randint(-1, 1), 0, board.height - 1);
    }
}

// Tries random cells until `count` of them were ground.
void place(Board& board, Cell thing, std::int64_t count, auto& random) {
    while (count > 0) {
        const auto x = static_cast<int>(random.randint(0, board.width - 1));
        const auto y = static_cast<int>(random.randint(0, board.height - 1));
        if (board.at(x, y) != Cell::ground) continue;
        board.at(x, y) = thing;
        --count;
    }
}

// Draws in the tutorial's order.
Board make_board(int width, int height, const BoardCounts& counts, auto& random) {
    check_counts(width, height, counts);
    Board board{width, height, {}};
    board.cells.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (std::int64_t i = 0; i < counts.water; ++i) flood(board, counts.water_size, random);
    const auto ground = std::count(board.cells.begin(), board.cells.end(), Cell::ground);
    const std::int64_t things = counts.trees + counts.wolves + counts.apples;
    // Otherwise the search for free cells would never end.
    if (things >= ground) {
        throw ConfigError("a board of " + size_text(board) + " cells, " + std::to_string(ground) +
                          " of them not water, has no room for " + std::to_string(things) +
                          " trees, wolves and apples and a cell to begin on");
    }
    place(board, Cell::tree, counts.trees, random);
    place(board, Cell::wolf, counts.wolves, random);
    place(board, Cell::apple, counts.apples, random);
    const std::string found = fault(board);
    if (!found.empty()) throw ConfigError("a random board would have " + found);
    return board;
}

}  // namespace

const std::string_view tutorial_board =
    "........\n"
    ".....T..\n"
    "~.~A...T\n"
    "~~......\n"
    "~.A.~T..\n"
    ".....~..\n"
    "..~.~T.T\n"
    "...~.A.W\n";

std::vector<std::string> Board::rows() const {
    std::vector<std::string> rows;
    for (int y = 0; y < height; ++y) {
        rows.emplace_back();
        for (int x = 0; x < width; ++x) {
            rows.back() += cell_characters[static_cast<std::size_t>(at(x, y))];
        }
    }
    return rows;
}

std::vector<Board> parse_boards(std::string_view text, const std::string& file) {
    return Parser(without_trailing_blanks(normalized_text(std::string(text), file)), file).boards();
}

std::string format(const Board& board) {
    std::string text;
    for (const std::string& row : board.rows()) text += row + "\n";
    return text;
}

Board random_board(int width, int height, const BoardCounts& counts, std::uint64_t seed) {
    BoardNumbers random(seed);
    return make_board(width, height, counts, random);
}

Board random_board(int width, int height, const BoardCounts& counts, PythonRandom& random) {
    return make_board(width, height, counts, random);
}

}  // namespace lockstep

// Boards: the tutorial's own, as recorded; text round trips; random boards; and what is refused.

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "engine/finite/board.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/random.hpp"
#include "tests/support/recorded.hpp"

namespace lockstep {
namespace {

std::int64_t count(const Board& board, Cell cell) {
    return std::count(board.cells.begin(), board.cells.end(), cell);
}

void check_refused(const std::string& text, std::initializer_list<std::string> words) {
    CAPTURE(text);
    test::check_refused([&] { parse_boards(text, "file"); }, words);
}

}  // namespace

TEST_CASE("the tutorial's boards, cell by cell, and Python's stream behind them", "[board]") {
    const Json recorded = test::recorded("gridworld/peter_boards.json").at("boards");
    REQUIRE(recorded.size() == 12);
    for (const Json& facts : recorded) {
        const int width = facts.at("width").get<int>(), height = facts.at("height").get<int>();
        PythonRandom random(facts.at("seed").get<std::uint64_t>());
        CAPTURE(width, height, facts.at("seed"));
        const Board board = random_board(width, height, {}, random);
        CHECK(Json(board.rows()) == facts.at("rows_as_seen_y_down"));
        for (int x = 0; x < width; ++x) {
            for (int y = 0; y < height; ++y) {
                const int cell = facts.at("matrix_x_major")[x][y].get<int>();
                CHECK(static_cast<int>(board.at(x, y)) == cell);
            }
        }
        for (const Json& next : facts.at("next_two_random_after_randomize")) {
            CHECK(test::bits(random.random()) == test::recorded_bits(next));
        }
    }
}

TEST_CASE("the board that comes along is the tutorial's", "[board]") {
    PythonRandom random(13);
    CHECK(format(random_board(8, 8, {}, random)) == tutorial_board);
}

TEST_CASE("boards read as they were written", "[board]") {
    auto numbers = test::random_numbers("board_test: boards read as they were written");
    for (int round = 0; round < 50; ++round) {
        const int width = 3 + static_cast<int>(numbers() % 30);
        const int height = 5 + static_cast<int>(numbers() % 30);
        std::string text;
        std::vector<Board> boards;
        for (int i = 0; i < 3; ++i) {
            boards.push_back(random_board(width, height, {.water = 1, .trees = 1}, numbers()));
            text += (i > 0 ? "\n" : "") + format(boards.back());
        }
        CHECK(parse_boards(text, "file") == boards);
    }
}

TEST_CASE("line ends are Unix's or Windows', and the last one may lack", "[board]") {
    const std::vector<Board> expected = parse_boards(".A\n~W\n\nT.\n.A\n", "file");
    REQUIRE(expected.size() == 2);
    CHECK(expected[0].rows() == std::vector<std::string>{".A", "~W"});
    CHECK(expected[1].at(0, 0) == Cell::tree);
    CHECK(expected[1].at(1, 1) == Cell::apple);
    CHECK(parse_boards(".A\r\n~W\r\n\r\nT.\r\n.A\r\n", "file") == expected);
    CHECK(parse_boards(".A\n~W\n\nT.\n.A", "file") == expected);
    CHECK(parse_boards(".A\n~W\n\nT.\n.A\n\n", "file") == expected);
    CHECK(parse_boards(".A\n~W\n\nT.\n.A\n\n \n\t\n\n", "file") == expected);
    CHECK(parse_boards("\xEF\xBB\xBF.A \n~W\t\n  \nT.   \r\n.A\n", "file") == expected);
}

TEST_CASE("a wrong board is refused with line, column and value", "[board]") {
    check_refused("", {"file: is empty"});
    check_refused("\n \n", {"file: is empty"});
    check_refused("\n.A\n", {"file:1:1: a row of 0 cells: allowed 1 to 1024"});
    check_refused(".A\n..\n\n\n.A\n..\n", {"file:4:1: a row of 0 cells"});
    check_refused(".A\n.x\n", {"file:2:2: 'x': allowed . ground", "A apple"});
    check_refused(".A\n.w\n", {"file:2:2: 'w'"});
    check_refused(".A\n .\n", {"file:2:1: ' '"});
    check_refused(".\tA\n", {"file:1:2: U+0009: allowed . ground"});
    check_refused(".A\n.\u00A0\n", {"file:2:2: U+00A0: allowed . ground"});
    check_refused(".A\rA.\n", {"file:1:3: U+000D"});
    check_refused(".A\xFF\n", {"file:1:3: byte 0xff"});
    check_refused(std::string("A.\0", 3), {"file:1:3: U+0000: expected UTF-8 text"});
    check_refused(".A\n...\n", {"file:2:3: a row of 3 cells: must be 2 as in the row above"});
    check_refused("...A\n.\n", {"file:2:2: a row of 1 cells: must be 4"});
    check_refused("AW\nT~\n", {"file:1:1: board 1 has no ground (.)"});
    check_refused(".A\n\n.T\n", {"file:3:1: board 2 has neither apple (A) nor wolf (W)"});
    check_refused(".A\n\n.A\n.A\n", {"file:3:1: board 2 is 2x2: must be 2x1 like the first"});
    check_refused(std::string(1025, 'A'), {"file:1:1025: a row of 1025 cells: allowed 1 to 1024"});
    std::string tall;
    for (int i = 0; i < 1025; ++i) tall += ".A\n";
    check_refused(tall, {"file:1025:1: too many rows: allowed 1 to 1024"});
}

TEST_CASE("a random board has what was asked for", "[board]") {
    auto numbers = test::random_numbers("board_test: a random board has what was asked for");
    for (int round = 0; round < 100; ++round) {
        const int width = 1 + static_cast<int>(numbers() % 40);
        const int height = 20 + static_cast<int>(numbers() % 40);
        const auto few = [&] { return static_cast<std::int64_t>(numbers() % 5); };
        const BoardCounts counts{few() / 2, few() / 2, few() + 1, few(), few()};
        const std::uint64_t seed = numbers();
        PythonRandom python(seed);
        for (const Board& board : {random_board(width, height, counts, seed),
                                   random_board(width, height, counts, python)}) {
            CHECK(count(board, Cell::wolf) == counts.wolves);
            CHECK(count(board, Cell::tree) == counts.trees);
            CHECK(count(board, Cell::apple) == counts.apples);
            CHECK(count(board, Cell::water) <= counts.water * counts.water_size);
            CHECK((count(board, Cell::water) > 0) == (counts.water * counts.water_size > 0));
        }
        CHECK(random_board(width, height, counts, seed) ==
              random_board(width, height, counts, seed));
    }
    CHECK(random_board(8, 8, {}, 1) != random_board(8, 8, {}, 2));
}

TEST_CASE("things lie anywhere, equally likely", "[board]") {
    constexpr int boards = 9000;
    const BoardCounts apple{.water = 0, .wolves = 0, .trees = 0, .apples = 1};
    std::array<int, 9> seen{};
    for (std::uint64_t seed = 0; seed < boards; ++seed) {
        const Board board = random_board(3, 3, apple, seed);
        const auto cell = std::find(board.cells.begin(), board.cells.end(), Cell::apple);
        ++seen[static_cast<std::size_t>(cell - board.cells.begin())];
    }
    // Binomial: standard deviation 29.8.
    for (const int times : seen) CHECK(std::abs(times - boards / 9) < 150);
}

TEST_CASE("a seed's board never changes", "[board]") {
    CHECK(format(random_board(8, 8, {}, 1)) ==
          "AA...~.T\n"
          ".A.~.~..\n"
          "...~~...\n"
          ".TT.....\n"
          "..~~.W..\n"
          "..~.~~..\n"
          "...~~.T.\n"
          "..T.....\n");
}

TEST_CASE("a board fills up to its last cell, and no further", "[board]") {
    const BoardCounts full{.water = 0, .wolves = 3, .trees = 10, .apples = 2};
    CHECK(count(random_board(4, 4, full, 7), Cell::ground) == 1);
    BoardCounts more = full;
    ++more.trees;
    test::check_refused([&] { random_board(4, 4, more, 7); },
                        {"4x4 cells, 16 of them not water", "no room for 16"});
    PythonRandom python(7);
    test::check_refused([&] { random_board(4, 4, more, python); }, {"no room for 16"});
    test::check_refused([&] { random_board(1, 1, {.water_size = 1}, 0); }, {"0 of them not water"});
}

TEST_CASE("sizes and counts out of range are refused", "[board]") {
    for (const auto& size : {std::pair{0, 8}, {8, -1}, {1025, 8}, {8, 1025}}) {
        test::check_refused([&] { random_board(size.first, size.second, {}, 0); },
                            {"allowed 1 to 1024"});
    }
    test::check_refused([] { random_board(8, 8, {.water = -1}, 0); }, {"water = -1: allowed 0 to"});
    test::check_refused([] { random_board(8, 8, {.trees = 1 << 21}, 0); }, {"trees = 2097152"});
    test::check_refused([] { random_board(8, 8, {.water = 1 << 20, .water_size = 1 << 20}, 0); },
                        {"water times water-size"});
    test::check_refused([] { random_board(8, 8, {.wolves = 0, .apples = 0}, 0); },
                        {"neither apple (A) nor wolf (W)"});
}

TEST_CASE("the largest board is made, written and read", "[board]") {
    const Board board = random_board(1024, 1024, {.water = 1000, .water_size = 300}, 3);
    CHECK(parse_boards(format(board), "file") == std::vector{board});
}

}  // namespace lockstep

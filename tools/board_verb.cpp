// lockstep board: random boards, as `--set board=FILE` reads them.

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <tuple>
#include <utility>

#include <lockstep/engine/finite/board.hpp>
#include <lockstep/tools/output.hpp>
#include <lockstep/tools/verb.hpp>

namespace lockstep {
namespace {

struct BoardTexts {
    std::string size = "8x8";
    std::optional<std::string> count;
    std::string water = "3", water_size = "5", wolves = "1", trees = "5", apples = "3";
    bool python = false;
};

struct BoardPlan {
    int width = 1, height = 1;
    BoardCounts counts;
    std::uint64_t seed = 0, count = 1;
    bool python = false;
};

// The sides that "8x5" spells.
std::optional<std::pair<int, int>> parse_size(std::string_view text) {
    const auto allowed = [](int side) { return side >= 1 && side <= longest_side; };
    const char* const last = text.data() + text.size();
    int width = 0, height = 0;
    const auto [times, no_width] = std::from_chars(text.data(), last, width);
    if (no_width != std::errc() || times == last || *times != 'x') return {};
    const auto [end, no_height] = std::from_chars(times + 1, last, height);
    if (no_height != std::errc() || end != last || !allowed(width) || !allowed(height)) return {};
    return std::pair(width, height);
}

void plan_size(const std::string& text, BoardPlan& plan, Faults& faults) {
    if (const auto size = parse_size(text)) {
        std::tie(plan.width, plan.height) = *size;
    } else {
        faults.add(fmt::format("--size = '{}': allowed WxH, each from 1 to {}, as 8x8", text,
                               longest_side));
    }
}

BoardPlan make_plan(const BoardTexts& texts, const Common& common, Faults& faults) {
    constexpr std::uint64_t most_things = std::uint64_t{longest_side} * longest_side;
    const auto things = [&](const char* option, const std::string& text) {
        return static_cast<std::int64_t>(faults.whole(option, text, 0, most_things));
    };
    BoardPlan plan;
    plan_size(texts.size, plan, faults);
    plan.counts = {.water = things("--water", texts.water),
                   .water_size = things("--water-size", texts.water_size),
                   .wolves = things("--wolves", texts.wolves),
                   .trees = things("--trees", texts.trees),
                   .apples = things("--apples", texts.apples)};
    const auto cells =
        static_cast<std::uint64_t>(plan.width) * static_cast<std::uint64_t>(plan.height);
    plan.count = faults.whole("--count", texts.count.value_or("1"), 1, most_board_cells / cells);
    plan.seed = common.seed_or_zero();
    plan.python = texts.python;
    return plan;
}

// Board i is the one that seed + i makes alone.
std::vector<Board> make_boards(const BoardPlan& plan) {
    std::vector<Board> boards;
    for (std::uint64_t i = 0; i < plan.count; ++i) {
        if (plan.python) {
            PythonRandom random(plan.seed + i);
            boards.push_back(random_board(plan.width, plan.height, plan.counts, random));
        } else {
            boards.push_back(random_board(plan.width, plan.height, plan.counts, plan.seed + i));
        }
    }
    return boards;
}

void print(const std::vector<Board>& boards) {
    for (const Board& board : boards) {
        fmt::print("{}{}", &board == boards.data() ? "" : "\n", format(board));
    }
}

Json describe(const Board& board) {
    return {{"width", board.width}, {"height", board.height}, {"rows", board.rows()}};
}

void run(const BoardTexts& texts, const Common& common, Faults& faults) {
    const BoardPlan plan = make_plan(texts, common, faults);
    faults.raise();
    const std::vector<Board> boards = make_boards(plan);
    if (!common.json) return print(boards);
    if (!texts.count) return print_json(describe(boards.front()));
    Json list = Json::array();
    for (const Board& board : boards) list.push_back(describe(board));
    print_json(list);
}

}  // namespace

const Verb board_verb{
    "board", "print a random board, for `--set board=FILE`", [](CLI::App& app) -> RunVerb {
        const auto texts = std::make_shared<BoardTexts>();
        app.add_option("--size", texts->size, "width x height in cells (8x8)");
        app.add_flag("--python", texts->python,
                     "the tutorial's board: Python's random numbers, any seed seeding them");
        app.add_option("--water", texts->water, "ponds, each a random walk (3)");
        app.add_option("--water-size", texts->water_size, "steps of each of these walks (5)");
        app.add_option("--wolves", texts->wolves, "wolves (1)");
        app.add_option("--trees", texts->trees, "trees (5)");
        app.add_option("--apples", texts->apples, "apples (3)");
        app.add_option("--count", texts->count,
                       "boards, of this seed and the next ones; with --json a list (1)");
        return [texts](const Common& common, Faults& faults) { run(*texts, common, faults); };
    }};

}  // namespace lockstep

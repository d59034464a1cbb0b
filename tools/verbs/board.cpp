// lockstep board: random boards and frozen lakes, as `--set board=FILE` and `desc=FILE` read them.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <tuple>
#include <utility>

#include "engine/finite/board.hpp"
#include "engine/finite/random_lake.hpp"
#include "engine/text/number_text.hpp"
#include "tools/command_line/verb.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace {

struct BoardTexts {
    std::string size = "8x8";
    std::optional<std::string> count;
    std::optional<std::string> water, water_size, wolves, trees, apples, frozen;
    bool python = false, lake = false;
};

Options options(BoardTexts& texts) {
    return {
        {"--size", texts.size, "width x height in cells (8x8)"},
        {"--python", texts.python,
         "the tutorial's board: Python's random numbers, any seed seeding them"},
        {"--lake", texts.lake,
         "a frozen lake with a path from S to G: Gymnasium's generate_random_map"},
        {"--frozen", texts.frozen, "chance of a lake's cell to be frozen (0.8)"},
        {"--water", texts.water, "ponds, each a random walk (3)"},
        {"--water-size", texts.water_size, "steps of each of these walks (5)"},
        {"--wolves", texts.wolves, "wolves (1)"},
        {"--trees", texts.trees, "trees (5)"},
        {"--apples", texts.apples, "apples (3)"},
        {"--count", texts.count, "boards, of this seed and the next ones; with --json a list (1)"}};
}

struct BoardPlan {
    int width = 1, height = 1;
    BoardCounts counts;
    std::uint64_t seed = 0, count = 1;
    bool python = false, lake = false;
    double frozen = usual_frozen;
};

// The sides in a text like "8x5".
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

void plan_frozen(const std::string& text, BoardPlan& plan, Faults& faults) {
    plan.frozen = read_number(text).value_or(-1);
    if (plan.frozen >= 0 && plan.frozen <= 1) return;
    faults.add(fmt::format("--frozen = '{}': allowed 0 to 1", text));
}

// Options that apply to boards only, not to lakes.
void plan_things(const BoardTexts& texts, BoardPlan& plan, Faults& faults) {
    constexpr std::uint64_t max_things = std::uint64_t{longest_side} * longest_side;
    const auto take = [&](const char* option, const std::optional<std::string>& text,
                          std::int64_t& count) {
        if (!text) return;
        if (plan.lake) return faults.add(fmt::format("{} and --lake exclude each other", option));
        count = static_cast<std::int64_t>(faults.whole(option, *text, 0, max_things));
    };
    take("--water", texts.water, plan.counts.water);
    take("--water-size", texts.water_size, plan.counts.water_size);
    take("--wolves", texts.wolves, plan.counts.wolves);
    take("--trees", texts.trees, plan.counts.trees);
    take("--apples", texts.apples, plan.counts.apples);
    if (plan.lake && texts.python) faults.add("--python and --lake exclude each other");
    if (!plan.lake && texts.frozen) faults.add("--frozen is for lakes: add --lake");
}

BoardPlan make_plan(const BoardTexts& texts, const Common& common, Faults& faults) {
    BoardPlan plan;
    plan.lake = texts.lake;
    plan_size(texts.size, plan, faults);
    plan_things(texts, plan, faults);
    if (texts.frozen) plan_frozen(*texts.frozen, plan, faults);
    const auto cells =
        static_cast<std::uint64_t>(plan.width) * static_cast<std::uint64_t>(plan.height);
    plan.count = faults.whole("--count", texts.count.value_or("1"), 1, max_board_cells / cells);
    plan.seed = common.seed_or_zero();
    plan.python = texts.python;
    return plan;
}

using Map = std::vector<std::string>;  // row by row

Map make_map(const BoardPlan& plan, std::uint64_t seed) {
    if (plan.lake) return random_lake(plan.width, plan.height, plan.frozen, seed);
    if (!plan.python) return random_board(plan.width, plan.height, plan.counts, seed).rows();
    PythonRandom random(seed);
    return random_board(plan.width, plan.height, plan.counts, random).rows();
}

// Map i equals the only map made with the seed `seed + i`.
std::vector<Map> make_maps(const BoardPlan& plan) {
    std::vector<Map> maps;
    for (std::uint64_t i = 0; i < plan.count; ++i) maps.push_back(make_map(plan, plan.seed + i));
    return maps;
}

void print(const std::vector<Map>& maps) {
    for (const Map& map : maps)
        fmt::print("{}{}\n", &map == maps.data() ? "" : "\n", fmt::join(map, "\n"));
}

Json describe(const Map& map) {
    return {{"width", map.front().size()}, {"height", map.size()}, {"rows", map}};
}

void run(const BoardTexts& texts, const Common& common, Faults& faults) {
    const BoardPlan plan = make_plan(texts, common, faults);
    faults.raise();
    const std::vector<Map> maps = make_maps(plan);
    if (!common.json) return print(maps);
    if (!texts.count) return print_json(describe(maps.front()));
    Json list = Json::array();
    for (const Map& map : maps) list.push_back(describe(map));
    print_json(list);
}

}  // namespace

Verb board_verb() {
    return {"board", "print a random board or lake, for `--set board=FILE` or `desc=FILE`",
            call<BoardTexts, options, run>};
}

}  // namespace lockstep

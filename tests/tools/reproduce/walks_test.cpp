// Walks by tables on the tutorial's board: greedy, without repetition, and all of them at once.

#include <algorithm>
#include <cmath>

#include "agents/dynamic_programming/solve.hpp"
#include "engine/finite/board.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tables.hpp"
#include "tools/reproduce/systems/hunt.hpp"
#include "tools/reproduce/systems/walks.hpp"

namespace lockstep {
namespace {

using test::mdp_of;
using Table = std::vector<double>;
using States = std::vector<std::int64_t>;

const FiniteMdp& walking() {
    static const FiniteMdp mdp = mdp_of("Gridworld-v0", {"rules=walking"});
    return mdp;
}

// The same values for up, down, left and right in every cell.
Table alike(const FiniteMdp& mdp, const Table& row) {
    Table table;
    for (std::int64_t s = 0; s < mdp.states; ++s) table.insert(table.end(), row.begin(), row.end());
    return table;
}

}  // namespace

TEST_CASE("strict walks end as they must", "[walks]") {
    // Right along the fifth row to its apple, or into the wall; down to the wolf.
    const Table right = alike(walking(), {0, 0, 0, 1}), down = alike(walking(), {0, 1, 0, 0});
    const Walk won = greedy_walk(walking(), {right}, 4 * 8 + 1, 100);
    CHECK(won.end == WalkEnd::goal);
    CHECK(won.states == States{33, 34});
    CHECK(won.steps() == 1);
    const Walk blocked = greedy_walk(walking(), {right}, 6, 100);
    CHECK(blocked.end == WalkEnd::blocked);
    CHECK(blocked.states == States{6, 7});
    const Walk lost = greedy_walk(walking(), {down}, 5 * 8 + 7, 100);
    CHECK(lost.end == WalkEnd::lost);
    CHECK(lost.states == States{47, 55, 63});
    Table to_and_fro = right;
    to_and_fro[7 * 4 + 2] = 2;  // left from the corner
    const Walk capped = greedy_walk(walking(), {to_and_fro}, 6, 5);
    CHECK(capped.end == WalkEnd::capped);
    CHECK(capped.states == States{6, 7, 6, 7, 6, 7});
    CHECK(greedy_walk(walking(), {right}, 6, 1).end == WalkEnd::capped);
}

TEST_CASE("walks without repetition visit no cell twice", "[walks]") {
    const Table right = alike(walking(), {0, 0, 0, 1});
    int trapped = 0;
    for (const std::uint32_t start : walking().starts) {
        const Walk walk = self_avoiding_walk(walking(), {right}, start, 100);
        States sorted = walk.states;
        std::ranges::sort(sorted);
        CHECK(std::ranges::adjacent_find(sorted) == sorted.end());
        CHECK(walk.end != WalkEnd::blocked);
        CHECK(walk.end != WalkEnd::capped);
        trapped += walk.end == WalkEnd::trapped;
    }
    CHECK(trapped > 0);
}

TEST_CASE("all random walks at once are those of linear algebra", "[walks]") {
    const Table even = alike(walking(), {0, 0, 0, 0});
    const WalkOdds odds = proportional_walks(walking(), {even}, 1, 5000);
    CHECK(odds.goal == Approx(0.8833532280435593).epsilon(1e-12));
    CHECK(odds.lost[static_cast<std::size_t>(Cell::wolf)] ==
          Approx(0.11664677195644067).epsilon(1e-12));
    CHECK(odds.mean_steps == Approx(31.598569888577106).epsilon(1e-12));
    CHECK(odds.sd_steps == Approx(36.60839384054135).epsilon(1e-12));
    CHECK(odds.capped < 1e-12);
    CHECK(proportional_walks(walking(), {even}, 1, 10).capped > 0.5);
}

TEST_CASE("fewest steps are those that breadth-first search finds", "[walks]") {
    const std::vector<std::int64_t> fewest = fewest_steps(walking());
    double sum = 0;
    std::int64_t most = 0;
    for (const std::uint32_t start : walking().starts) {
        sum += static_cast<double>(fewest[start]);
        most = std::max(most, fewest[start]);
    }
    CHECK(sum / static_cast<double>(walking().starts.size()) == Approx(3.022222222222222));
    CHECK(most == 6);
    const Table q = q_fixed_point(walking(), 0.9).q;
    for (const std::uint32_t start : walking().starts)
        CHECK(greedy_walk(walking(), {q}, start, 100).steps() == fewest[start]);
}

TEST_CASE("the hunt as one process: its random walks and its optimum", "[walks][hunt]") {
    const FiniteMdp cells = mdp_of("GridworldHard-v0");
    const FiniteMdp hunt = gridworld_hard_mdp(cells, RewardModel::win);
    REQUIRE(hunt.states == 64 * 121);
    const Table even(static_cast<std::size_t>(hunt.states * hunt.actions));
    const WalkOdds odds = proportional_walks(hunt, {even}, 1, 2000);
    CHECK(odds.goal == Approx(0.03165657652216073).epsilon(1e-12));
    CHECK(odds.lost[static_cast<std::size_t>(Cell::wolf)] ==
          Approx(0.03454841256192207).epsilon(1e-12));
    CHECK(odds.lost[static_cast<std::size_t>(Cell::water)] ==
          Approx(0.9337950109159168).epsilon(1e-12));
    // A table indexed by cell works too.
    const Table by_cell(64 * 4);
    CHECK(proportional_walks(hunt, {by_cell, states_a_cell}, 1, 2000).goal == odds.goal);
    const FiniteMdp shortest_path = gridworld_hard_mdp(cells, RewardModel::shortest_path);
    const std::vector<double> values = value_iteration(shortest_path, 1, 1e-12).values;
    double sum = 0;
    for (const std::uint32_t start : shortest_path.starts) sum -= values[start];
    CHECK(sum / 45 == Approx(10.088888888888889).epsilon(1e-12));
    const std::vector<std::int64_t> fewest = fewest_steps(hunt);
    for (const std::uint32_t start : shortest_path.starts)
        CHECK(static_cast<double>(fewest[start]) == -values[start]);
}

}  // namespace lockstep

// GridworldHard-v0: every move from every cell, at many levels of energy and fatigue, against the
// rules restated; the exact chances of a random walk; the states that tabular learners observe.

#include <array>
#include <cmath>
#include <cstdint>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include <lockstep/detail/env/gridworld_hard.hpp>
#include <lockstep/table_game.hpp>
#include <lockstep/vector_env.hpp>

#include "engine/environments/config.hpp"
#include "engine/tables/finite_model.hpp"
#include "tests/engine/boards.hpp"
#include "tests/engine/chained_hash.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/random.hpp"

namespace lockstep {
namespace {

constexpr const char* id = "GridworldHard-v0";

EnvSettings settings_of(const std::string& file, const std::string& rules,
                        const std::string& observe = "full") {
    EnvSettings settings;
    settings.texts["board"] = file;
    settings.choices = {{"rules", rules}, {"observe", observe}};
    return settings;
}

FiniteModel model(const EnvSettings& settings) {
    return FiniteModel(resolve(settings, find_environment(id), 1).model->mdp());
}

// The tutorial's program again: a walker on a board, and its observations.
struct Walker {
    int x, y;
    double energy, fatigue;

    friend bool operator==(const Walker&, const Walker&) = default;
};
struct Told {
    Walker walker;
    double reward;
    bool over;

    friend bool operator==(const Told&, const Told&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Told& t) {
        return out << "(" << t.walker.x << ", " << t.walker.y << "), energy " << t.walker.energy
                   << ", fatigue " << t.walker.fatigue << ", reward " << t.reward << ", over "
                   << t.over;
    }
};

Told moved(const Board& board, Walker walker, int action, bool tutorial) {
    const bool dead = board.at(walker.x, walker.y) == Cell::water ||
                      board.at(walker.x, walker.y) == Cell::wolf;  // never moves again
    const int x = walker.x + (action == 2 ? -1 : action == 3 ? 1 : 0);
    const int y = walker.y + (action == 0 ? -1 : action == 1 ? 1 : 0);
    if (!dead && board.contains(x, y)) walker.x = x, walker.y = y;
    walker.energy -= 1;
    walker.fatigue += 1;
    switch (board.at(walker.x, walker.y)) {
        case Cell::water:
            return {walker, -100, true};
        case Cell::wolf:
            return {walker, walker.energy > walker.fatigue ? 100. : -100., true};
        case Cell::tree:
            walker.fatigue = 0;
            break;
        case Cell::apple:
            walker.energy = 10;
            break;
        case Cell::ground:
            break;
    }
    const double reward = walker.energy - walker.fatigue;
    return {walker, reward, tutorial && std::abs(reward) == 100};
}

// Energy and fatigue of a walker: values that occur in episodes, and others that have to be set.
constexpr std::array<std::pair<double, double>, 12> levels{{{10, 0},
                                                            {10, 9},
                                                            {5, 4},
                                                            {5, 3},
                                                            {1, 0},
                                                            {0, 10},
                                                            {-3, 7},
                                                            {-49, 49},
                                                            {-90, 108},
                                                            {-100'000, 90'000},
                                                            {2.5, 0.25},
                                                            {200, 98}}};

template <class Real>
void check_every_move(const std::vector<Board>& boards, const std::string& rules) {
    const test::BoardFile file(boards);
    struct Case {
        std::size_t board;
        Walker before;
        std::int32_t action;
    };
    std::vector<Case> cases;
    std::vector<std::int32_t> actions;
    VectorEnvConfig config{.id = id, .autoreset = Autoreset::disabled};
    config.settings = settings_of(file.path(), rules);
    for (std::size_t b = 0; b < boards.size(); ++b) {
        for (int cell = 0; cell < static_cast<int>(boards[b].cells.size()); ++cell) {
            for (const auto& [energy, fatigue] : levels) {
                for (int action = 0; action < 4; ++action) {
                    const int width = boards[b].width;
                    cases.push_back({b, {cell % width, cell / width, energy, fatigue}, action});
                    actions.push_back(action);
                    config.settings.parameters["board_number"].push_back(static_cast<double>(b));
                }
            }
        }
    }
    config.num_envs = static_cast<std::int64_t>(cases.size());
    VectorEnv<Real> env(config);
    for (std::size_t w = 0; w < cases.size(); ++w) {
        const auto& [x, y, energy, fatigue] = cases[w].before;
        const double cell = y * boards[0].width + x;
        env.set_state(static_cast<std::int64_t>(w),
                      std::vector{Real(cell), Real(energy), Real(fatigue)});
    }
    env.step(actions);
    for (std::size_t w = 0; w < cases.size(); ++w) {
        const auto& [board, before, action] = cases[w];
        const int cell = static_cast<int>(env.state(0)[w]);
        const Told told{
            {cell % boards[0].width, cell / boards[0].width, static_cast<double>(env.state(1)[w]),
             static_cast<double>(env.state(2)[w])},
            static_cast<double>(env.reward()[w]),
            env.terminated()[w] != 0};
        const Told expected = moved(boards[board], before, action, rules == "tutorial");
        if (told == expected) continue;
        CAPTURE(rules, before.x, before.y, before.energy, before.fatigue, action);
        CHECK(told == expected);
    }
}

// The chances of a walk of equally likely moves from the tables' starts, by following them all.
struct Ends {
    double won = 0, killed = 0, drowned = 0, steps = 0;
};

Ends follow_all(const FiniteMdp& mdp) {
    // Energy below zero, or fatigue above ten, does not change who wins.
    constexpr std::size_t size = 11;
    const auto index = [](std::size_t cell, std::size_t energy, std::size_t fatigue) {
        return (cell * size + energy) * size + fatigue;
    };
    const auto cells = static_cast<std::size_t>(mdp.states);
    std::vector<double> now(cells * size * size, 0.0);
    for (const auto start : mdp.starts) {
        now[index(start, 10, 0)] = 1 / static_cast<double>(mdp.starts.size());
    }
    Ends ends;
    for (int t = 1; t <= 1200; ++t) {
        std::vector<double> next(now.size(), 0.0);
        for (std::size_t i = 0; i < now.size(); ++i) {
            if (now[i] == 0) continue;
            const std::size_t cell = i / size / size;
            for (int action = 0; action < 4; ++action) {
                const Outcome& o = mdp.of(static_cast<std::int64_t>(cell), action)[0];
                const auto kind = static_cast<Cell>(o.mark);
                const double chance = now[i] / 4;
                std::size_t energy = std::max<std::size_t>(i / size % size, 1) - 1;
                std::size_t fatigue = std::min<std::size_t>(i % size, 9) + 1;
                if (o.terminated) ends.steps += chance * t;
                if (kind == Cell::water) ends.drowned += chance;
                if (kind == Cell::wolf) (energy > fatigue ? ends.won : ends.killed) += chance;
                if (o.terminated) continue;
                if (kind == Cell::tree) fatigue = 0;
                if (kind == Cell::apple) energy = 10;
                next[index(o.next, energy, fatigue)] += chance;
            }
        }
        now.swap(next);
    }
    return ends;
}

}  // namespace

TEST_CASE("every move at many levels follows the rules", "[gridworld_hard]") {
    auto numbers = test::random_numbers("gridworld_hard_test: every move at many levels");
    for (int round = 0; round < 3; ++round) {
        const std::vector<Board> boards = test::random_boards(1 + 2 * round, numbers);
        for (const char* rules : {"sound", "tutorial"}) {
            check_every_move<float>(boards, rules);
            check_every_move<double>(boards, rules);
        }
    }
    check_every_move<double>(parse_boards(tutorial_board, ""), "sound");
}

TEST_CASE("whole episodes follow the rules", "[gridworld_hard]") {
    const Board board = parse_boards(tutorial_board, "").front();
    VectorEnv<float> env({.id = id, .num_envs = 500, .seed = 11});
    std::vector<std::int32_t> actions(500);
    std::set<double> rewards;
    for (int t = 0; t < 200; ++t) {
        std::vector<Walker> before;
        for (std::size_t w = 0; w < actions.size(); ++w) {
            const int cell = static_cast<int>(env.state(0)[w]);
            before.push_back({cell % 8, cell / 8, env.state(1)[w], env.state(2)[w]});
        }
        env.act({"random"}, actions);
        env.step(actions);
        for (std::size_t w = 0; w < actions.size(); ++w) {
            const Told told = moved(board, before[w], actions[w], false);
            REQUIRE(env.reward()[w] == static_cast<float>(told.reward));
            REQUIRE((env.terminated()[w] != 0) == told.over);
            if (told.over) {
                rewards.insert(told.reward);
                REQUIRE(board.cells[static_cast<std::size_t>(env.state(0)[w])] == Cell::ground);
                REQUIRE((env.state(1)[w] == 10 && env.state(2)[w] == 0));
            } else {
                REQUIRE(static_cast<double>(env.state(2)[w]) == told.walker.fatigue);
            }
        }
    }
    CHECK(rewards == std::set<double>{-100, 100});
}

TEST_CASE("episodes begin on every ground cell, fresh", "[gridworld_hard]") {
    const Board board = parse_boards(tutorial_board, "").front();
    const VectorEnv<float> env({.id = id, .num_envs = 4096, .seed = 3});
    std::set<std::size_t> seen;
    for (std::size_t w = 0; w < 4096; ++w) {
        seen.insert(static_cast<std::size_t>(env.state(0)[w]));
        CHECK((env.state(1)[w] == 10 && env.state(2)[w] == 0));
    }
    CHECK(seen.size() == 45);
    for (const std::size_t cell : seen) CHECK(board.cells[cell] == Cell::ground);
}

TEST_CASE("the exact chances of a random walk are those recorded", "[gridworld_hard]") {
    const Ends ends = follow_all(model({}).mdp());
    CHECK(ends.won == Approx(.03165657652216073).epsilon(1e-11));
    CHECK(ends.killed == Approx(.03454841256192207).epsilon(1e-11));
    CHECK(ends.drowned == Approx(.9337950109159168).epsilon(1e-11));
    CHECK(ends.steps == Approx(17.688121355068166).epsilon(1e-11));
}

TEST_CASE("played walks end as often as they should", "[gridworld_hard]") {
    constexpr int worlds = 50'000;
    VectorEnv<float> env(
        {.id = id, .num_envs = worlds, .seed = 4, .autoreset = Autoreset::disabled});
    std::vector<std::int32_t> actions(worlds);
    std::vector<bool> over(worlds, false);
    double won = 0, killed = 0, steps = 0;
    int left = worlds;
    for (int t = 1; t <= 1000; ++t) {
        env.act({"random"}, actions);
        env.step(actions);
        for (std::size_t w = 0; w < worlds; ++w) {
            if (over[w]) CHECK(env.reward()[w] == 0);
            if (over[w] || env.terminated()[w] == 0) continue;
            over[w] = true, --left, steps += t;
            if (env.reward()[w] > 0) ++won;
            if (env.reward()[w] < 0 && env.state(0)[w] == 63) ++killed;
        }
        if (left == 0) break;
    }
    CHECK(left == 0);
    const Ends exact = follow_all(model({}).mdp());
    const auto margin = [](double p) { return 4 * std::sqrt(p * (1 - p) / worlds); };
    CHECK(won / worlds == Approx(exact.won).margin(margin(exact.won)));
    CHECK(killed / worlds == Approx(exact.killed).margin(margin(exact.killed)));
    CHECK(steps / worlds == Approx(exact.steps).epsilon(0.025));
}

TEST_CASE("random play gives the hashes written down", "[gridworld_hard]") {
    const VectorEnvConfig config{.id = id, .num_envs = 1003, .seed = 7};
    CHECK(test::hexadecimal(test::rollout_hash<float>(config, 450)) == "0x46BD7802341A594D");
    CHECK(test::hexadecimal(test::rollout_hash<double>(config, 450)) == "0xF89DCB168773E242");
}

TEST_CASE("learners see the cell, or all that can still help to win", "[gridworld_hard]") {
    using L = Lanes<Scalar, float>;
    const FiniteModel full = model({}), cell = model(settings_of("", "sound", "cell"));
    const auto number = [](const FiniteModel& m, float state, float energy, float fatigue) {
        const GridworldHard::Constants<L> world{&m.view(), L::i32(0), L::i32(0)};
        const GridworldHard::State<L> s{L::real(state), L::real(energy), L::real(fatigue)};
        return GridworldHard::state_index<L>(s, world).part[0];
    };
    const auto count = [](const FiniteModel& m) {
        return GridworldHard::state_count<L>(
            GridworldHard::Constants<L>{&m.view(), L::i32(0), L::i32(0)});
    };
    CHECK(count(cell) == 64);
    CHECK(count(full) == 64 * 121);
    CHECK(number(cell, 17, 3, 5) == 17);
    CHECK(number(full, 0, 10, 0) == 0);
    CHECK(number(full, 17, 3, 5) == 17 * 121 + 7 * 11 + 5);
    CHECK(number(full, 63, 0, 10) == 64 * 121 - 1);
    CHECK(number(full, 63, -1e30F, 1e30F) == 64 * 121 - 1);
    CHECK(number(full, 1, 1e30F, -5) == 121);
    CHECK(number(full, 1, NAN, NAN) == 121 + 120);
    std::set<int> numbers;
    for (int i = 0; i < 64 * 121; ++i) {
        numbers.insert(number(full, static_cast<float>(i / 121),
                              static_cast<float>(10 - i / 11 % 11), static_cast<float>(i % 11)));
    }
    CHECK(numbers.size() == 64 * 121);
}

TEST_CASE("the tables say what kernel and learners need", "[gridworld_hard]") {
    CHECK(model({}).view().learns_terminal_moves);
    CHECK(model({}).view().flags == 0);
    const FiniteModel other = model(settings_of("", "tutorial", "cell"));
    CHECK_FALSE(other.view().learns_terminal_moves);
    CHECK(other.view().flags == (GridworldHard::ends_at_100 | GridworldHard::sees_cell));
    CHECK(other.mdp().picture.size() == 8);
}

TEST_CASE("a state that the tables lack is refused", "[gridworld_hard]") {
    VectorEnv<float> env({.id = id});
    for (const float state : {-1.F, 64.F, 0.5F, NAN}) {
        test::check_refused(
            [&] {
                env.set_state(0, std::vector{state, 10.F, 0.F});
            },
            {"allowed whole numbers from 0 to 63"});
    }
    test::check_refused([&] { env.set_state(0, std::vector{1.F}); }, {"1 values for 3 columns"});
}

}  // namespace lockstep

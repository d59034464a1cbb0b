// Gridworld-v0: every move from every cell against the rules restated, the exact figures of random
// walks, several boards in one file, the largest board, and what is refused.

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <lockstep/table_game.hpp>
#include <lockstep/vector_env.hpp>

#include "engine/environments/config.hpp"
#include "tests/engine/boards.hpp"
#include "tests/engine/chained_hash.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/numbers.hpp"
#include "tests/support/random.hpp"
#include "tests/support/recorded.hpp"

namespace lockstep {
namespace {

const std::vector<std::string> all_rules{"learning", "walking", "tutorial"};

EnvSettings settings_of(const std::string& file, const std::string& rules) {
    EnvSettings settings;
    settings.texts["board"] = file;
    settings.choices["rules"] = rules;
    return settings;
}

FiniteMdp process(const EnvSettings& settings) {
    return resolve(settings, find_environment("Gridworld-v0"), 1).model->mdp();
}

// The rules again, not as the compiler has them: a table of what happens on each cell.
struct Arrival {
    std::int64_t state;
    double reward;
    bool over;

    friend bool operator==(const Arrival&, const Arrival&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Arrival& a) {
        return out << "state " << a.state << ", reward " << a.reward << ", over " << a.over;
    }
};

char look(const Board& board, int x, int y) {
    if (x < 0 || y < 0 || x >= board.width || y >= board.height) return '#';
    return board.rows()[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
}

bool can_walk(const Board& board, int x, int y, int action) {
    const char there = look(board, x + std::vector{0, 0, -1, 1}[static_cast<std::size_t>(action)],
                            y + std::vector{-1, 1, 0, 0}[static_cast<std::size_t>(action)]);
    return there != '#' && there != '~';
}

bool enclosed(const Board& board, int x, int y) {
    for (int action = 0; action < 4; ++action) {
        if (can_walk(board, x, y, action)) return false;
    }
    return true;
}

Arrival expected(const Board& board, const std::string& rules, int x, int y, int action) {
    const std::string ends = rules == "tutorial" ? "~W" : "~WA";
    const std::int64_t here = y * board.width + x;
    if (ends.find(look(board, x, y)) != std::string::npos) return {here, 0, true};
    if (rules == "walking" && enclosed(board, x, y)) return {here, 0, true};
    if (rules == "walking" && !can_walk(board, x, y, action)) return {here, 0, false};
    if (action == 0) --y;
    if (action == 1) ++y;
    if (action == 2) --x;
    if (action == 3) ++x;
    const std::int64_t there = y * board.width + x;
    switch (look(board, x, y)) {
        case '#':
            return {here, -10, true};
        case 'W':
        case '~':
            return {there, -10, true};
        case 'A':
            return {there, 10, rules != "tutorial"};
        default:
            return {there, -0.1, false};
    }
}

// One world for every board, cell and action.
template <class Real>
void check_every_move(const std::vector<Board>& boards, const std::string& rules) {
    const test::BoardFile file(boards);
    VectorEnvConfig config{.id = "Gridworld-v0", .autoreset = Autoreset::disabled};
    config.settings = settings_of(file.path(), rules);
    std::vector<double>& number = config.settings.parameters["board_number"];
    const int cells = static_cast<int>(boards[0].cells.size());
    std::vector<std::int32_t> actions;
    for (std::size_t b = 0; b < boards.size(); ++b) {
        for (int pair = 0; pair < 4 * cells; ++pair) {
            number.push_back(static_cast<double>(b)), actions.push_back(pair % 4);
        }
    }
    config.num_envs = static_cast<std::int64_t>(actions.size());
    VectorEnv<Real> env(config);
    CHECK(env.action_count() == 4);
    for (std::int64_t world = 0; world < config.num_envs; ++world) {
        env.set_state(world, std::vector{static_cast<Real>(world / 4 % cells)});
    }
    env.step(actions);
    for (std::size_t world = 0; world < actions.size(); ++world) {
        const Board& board = boards[world / 4 / static_cast<std::size_t>(cells)];
        const int cell = static_cast<int>(world) / 4 % cells;
        const int x = cell % board.width, y = cell / board.width;
        Arrival there = expected(board, rules, x, y, actions[world]);
        there.reward = static_cast<double>(static_cast<Real>(there.reward));
        const Arrival seen{static_cast<std::int64_t>(env.state(0)[world]),
                           static_cast<double>(env.reward()[world]), env.terminated()[world] != 0};
        if (seen == there) continue;
        CAPTURE(rules, x, y, actions[world], format(board));
        CHECK(seen == there);
    }
}

// States in which 100 worlds a cell begin.
std::set<int> starts_of(const EnvSettings& settings, std::int64_t cells) {
    VectorEnvConfig config{.id = "Gridworld-v0", .num_envs = 100 * cells};
    config.settings = settings;
    const VectorEnv<float> env(config);
    return {env.state(0).begin(), env.state(0).end()};
}

// Figures of a walk of equally likely legal actions, by linear algebra.
struct Walk {
    double success, mean, deviation;  // of the steps to an apple, if one is reached
};

Walk random_walk(const FiniteMdp& mdp) {
    const Eigen::Index n = mdp.states;
    Eigen::MatrixXd move = Eigen::MatrixXd::Zero(n, n);  // moves that do not end
    Eigen::VectorXd goal = Eigen::VectorXd::Zero(n);     // one step to an apple
    for (Eigen::Index s = 0; s < n; ++s) {
        int ways = 0;
        for (int a = 0; a < 4; ++a) ways += mdp.legal(s, a) ? 1 : 0;
        for (int a = 0; a < 4; ++a) {
            for (const Outcome& o : mdp.of(s, a)) {
                if (!o.terminated) move(s, o.next) += 1.0 / ways;
                if (o.terminated && o.reward > 0) goal(s) += 1.0 / ways;
            }
        }
    }
    // With T the steps and S success: P(S), E[T S] and E[T^2 S] from every cell.
    const Eigen::PartialPivLU<Eigen::MatrixXd> chain(Eigen::MatrixXd::Identity(n, n) - move);
    const Eigen::VectorXd p = chain.solve(goal);
    const Eigen::VectorXd first = chain.solve(p);
    const Eigen::VectorXd second = chain.solve(p + 2 * move * first);
    double success = 0, sum = 0, squares = 0;
    for (const std::uint32_t s : mdp.starts) success += p(s), sum += first(s), squares += second(s);
    const double mean = sum / success;
    return {success / static_cast<double>(mdp.starts.size()), mean,
            std::sqrt(squares / success - mean * mean)};
}

}  // namespace

TEST_CASE("every move on random boards follows the rules", "[gridworld]") {
    auto numbers = test::random_numbers("gridworld_test: every move on random boards");
    for (int round = 0; round < 5; ++round) {
        const std::vector<Board> boards = test::random_boards(1 + round, numbers);
        for (const std::string& rules : all_rules) {
            check_every_move<float>(boards, rules);
            check_every_move<double>(boards, rules);
        }
    }
}

TEST_CASE("every move on the tutorial's board follows the rules", "[gridworld]") {
    const std::vector<Board> board = parse_boards(tutorial_board, "");
    for (const std::string& rules : all_rules) check_every_move<double>(board, rules);
}

TEST_CASE("episodes begin on ground, where a walker can go somewhere", "[gridworld]") {
    const std::string text = "..~A.\n~~~~.\nT~.~W\n";
    const std::set<int> ground{0, 1, 4, 9, 12}, open{0, 1, 4, 9};
    const test::BoardFile file(text);
    CHECK(starts_of(settings_of(file.path(), "learning"), 15) == ground);
    CHECK(starts_of(settings_of(file.path(), "tutorial"), 15) == ground);
    CHECK(starts_of(settings_of(file.path(), "walking"), 15) == open);
}

TEST_CASE("each world begins and plays on its own board", "[gridworld]") {
    auto numbers = test::random_numbers("gridworld_test: each world on its own board");
    const std::vector<Board> boards = test::random_boards(7, numbers);
    const test::BoardFile file(boards);
    VectorEnvConfig config{.id = "Gridworld-v0", .num_envs = 1000, .seed = numbers()};
    config.settings = settings_of(file.path(), "learning");
    std::vector<double>& number = config.settings.parameters["board_number"];
    for (int world = 0; world < config.num_envs; ++world) number.push_back(world % 7);
    VectorEnv<float> env(config);
    std::vector<std::int32_t> actions(1000);
    for (int t = 0; t < 50; ++t) {
        const std::vector<float> before(env.state(0).begin(), env.state(0).end());
        env.act({"random"}, actions);
        env.step(actions);
        for (std::size_t w = 0; w < actions.size(); ++w) {
            const Board& board = boards[w % 7];
            const int cell = static_cast<int>(before[w]);
            const Arrival there =
                expected(board, "learning", cell % board.width, cell / board.width, actions[w]);
            CHECK(env.reward()[w] == static_cast<float>(there.reward));
            const auto now = static_cast<std::size_t>(env.state(0)[w]);
            if (there.over) CHECK(board.cells[now] == Cell::ground);  // a new episode
            if (!there.over) CHECK(static_cast<std::int64_t>(now) == there.state);
        }
    }
}

TEST_CASE("the exact figures of random walks are those recorded", "[gridworld]") {
    const auto recorded = test::recorded("gridworld/peter_boards.json").at("boards");
    REQUIRE(recorded.size() == 12);
    for (const auto& facts : recorded) {
        std::string text;
        for (const Json& row : facts.at("rows_as_seen_y_down")) text += row.string() + "\n";
        CAPTURE(text);
        const test::BoardFile file(text);
        const auto& figures = facts.at("easy_random_policy_exact");
        const auto figure = [&](const char* name) {
            return Approx(test::number_of(figures.at(name).get<std::string>())).epsilon(1e-11);
        };
        const FiniteMdp mdp = process(settings_of(file.path(), "walking"));
        const Walk walk = random_walk(mdp);
        CHECK(walk.success == figure("p_success"));
        CHECK(walk.mean == figure("mean_path_given_success"));
        CHECK(walk.deviation == figure("sd_path_given_success"));
        CHECK(mdp.starts.size() == figures.at("n_empty").get<std::size_t>() -
                                       figures.at("empty_cells_that_never_end").get<std::size_t>());
    }
}

TEST_CASE("played walks have the exact figures", "[gridworld]") {
    VectorEnvConfig config{.id = "Gridworld-v0", .num_envs = 20'000, .seed = 1};
    config.autoreset = Autoreset::disabled;
    config.settings = settings_of("", "walking");
    VectorEnv<float> env(config);
    std::vector<std::int32_t> actions(20'000), length(20'000, 0);
    double won = 0, steps = 0, squares = 0;
    for (int t = 1; t <= 1000; ++t) {
        env.act({"random"}, actions);
        env.step(actions);
        for (std::size_t w = 0; w < actions.size(); ++w) {
            if (env.terminated()[w] == 0 || length[w] != 0) continue;
            length[w] = t;
            if (env.reward()[w] > 0) ++won, steps += t, squares += double(t) * t;
        }
    }
    CHECK(std::count(length.begin(), length.end(), 0) == 0);
    const Walk exact = random_walk(process(config.settings));
    CHECK(exact.success == Approx(.8833532280435593).epsilon(1e-11));
    CHECK(exact.mean == Approx(31.598569888577106).epsilon(1e-11));
    CHECK(exact.deviation == Approx(36.60839384054135).epsilon(1e-11));
    // Four standard errors.
    CHECK(won / 20'000 == Approx(exact.success).margin(4 * 0.0023));
    CHECK(steps / won == Approx(exact.mean).margin(4 * 0.276));
    CHECK(std::sqrt(squares / won - steps / won * steps / won) ==
          Approx(exact.deviation).epsilon(0.04));
}

TEST_CASE("random play gives the hashes written down", "[gridworld]") {
    VectorEnvConfig config{.id = "Gridworld-v0", .num_envs = 1003, .seed = 7};
    const auto hash = [&]<class Real>(Real, const std::string& rules) {
        config.settings = settings_of("", rules);
        return test::hexadecimal(test::rollout_hash<Real>(config, 450));
    };
    CHECK(hash(0.0F, "learning") == "0x4F79D93211527EBD");
    CHECK(hash(0.0, "learning") == "0x4C0DFE1F3D486F26");
    CHECK(hash(0.0F, "walking") == "0x3E3C904D5742433B");
    CHECK(hash(0.0, "walking") == "0xE9D347BC77CD0292");
}

TEST_CASE("tables know cells, picture, and what the tutorial never learns", "[gridworld]") {
    const FiniteMdp mdp = process({});
    CHECK(mdp.states == 64);
    CHECK(mdp.picture == parse_boards(tutorial_board, "").front().rows());
    CHECK(mdp.learns_terminal_moves);
    CHECK_FALSE(process(settings_of("", "tutorial")).learns_terminal_moves);
    const Board board = parse_boards(tutorial_board, "").front();
    for (const Outcome& o : mdp.outcomes) CHECK(o.mark == static_cast<int>(board.cells[o.next]));
}

TEST_CASE("the largest board compiles and steps", "[gridworld][once]") {
    const Board board = random_board(1024, 1024, {.water = 2000, .trees = 1000, .apples = 50}, 5);
    const test::BoardFile file({board});
    for (const std::string& rules : all_rules) {
        VectorEnvConfig config{.id = "Gridworld-v0", .num_envs = 256};
        config.settings = settings_of(file.path(), rules);
        VectorEnv<float> env(config);
        env.rollout({"random"}, 100);
        // The number of the last cell is still exact as a float.
        env.set_state(0, std::vector{1024.F * 1024 - 1});
        env.step(std::vector<std::int32_t>(256, 2));
        const Arrival there = expected(board, rules, 1023, 1023, 2);
        CHECK(env.reward()[0] == static_cast<float>(there.reward));
    }
}

TEST_CASE("wrong boards are refused before anything is made", "[gridworld]") {
    const test::BoardFile one("..A\n"), two("..A\n\nW..\n"), closed(".~A\n");
    const auto refused = [](const EnvSettings& settings, std::initializer_list<std::string> words) {
        VectorEnvConfig config{.id = "Gridworld-v0", .num_envs = 3};
        config.settings = settings;
        test::check_refused([&] { VectorEnv<float> env(config); }, words);
    };
    refused(settings_of("/absent/board", "walking"), {"board = '/absent/board'"});
    refused(settings_of(closed.path(), "walking"),
            {closed.path() + ": board 1", "no ground from which a walker can go anywhere"});
    refused(settings_of(one.path(), "strict"), {"unknown value of rules 'strict'", "tutorial"});
    EnvSettings settings = settings_of(two.path(), "learning");
    settings.parameters["board_number"] = {2};
    refused(settings, {"board_number = 2", "allowed whole numbers from 0 to 1", two.path()});
    settings.parameters["board_number"] = {0, 1, 0.5};
    refused(settings, {"board_number = 0.5", "(world 2)"});
    settings.parameters["board_number"] = {-1};
    refused(settings, {"board_number = -1: allowed 0 to"});
    settings.texts = {{"bord", "x"}};
    refused(settings, {"unknown parameter 'bord': did you mean 'board'?"});
    std::string many;
    for (int i = 0; i < 5; ++i) {
        many += (i > 0 ? "\n" : "") + format(random_board(1024, 1024, {}, 5));
    }
    const test::BoardFile large(many);
    refused(settings_of(large.path(), "learning"), {"5242880 in all: allowed 4194304"});
}

}  // namespace lockstep

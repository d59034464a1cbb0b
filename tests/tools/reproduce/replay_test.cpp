// Tutorials executed again from the first line to the last, with the seeded generators that they
// use: every figure that they print, and the tables behind them to the last bit.

#include <algorithm>
#include <cmath>

#include "tests/support/csv.hpp"
#include "tests/support/recorded.hpp"
#include "tools/reproduce/systems/gridworld_replay.hpp"
#include "tools/reproduce/systems/mdp_replay.hpp"

namespace lockstep {
namespace {
using test::bits;
using test::recorded;
using test::recorded_bits;

void check_table(const Board& board, const GridLearning& learning, const std::string& file) {
    const test::Csv table(LOCKSTEP_GOLDEN_DIR "/gridworld/" + file);
    REQUIRE(table.rows() == 64);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const int x = static_cast<int>(table.number(row, "x"));
        const int y = static_cast<int>(table.number(row, "y"));
        CAPTURE(x, y);
        CHECK(static_cast<double>(board.at(x, y)) == table.number(row, "cell"));
        const char* columns[] = {"Q_U", "Q_D", "Q_L", "Q_R"};
        for (std::size_t action = 0; action < 4; ++action) {
            CHECK(bits(learning.q[board.index(x, y)][action]) ==
                  bits(table.number(row, columns[action])));
        }
    }
}

}  // namespace

TEST_CASE("Peter reaches apples: every printed figure, and the table to the last bit") {
    const ApplesReplay replay = replay_apples();
    CHECK(replay.random_walk == 18);
    CHECK(replay.random_walks.mean_path == 32.87096774193548);
    CHECK(replay.random_walks.eaten == 7);
    CHECK(replay.learning.updates == 1'823'231);
    CHECK(replay.greedy_walk == 2);
    CHECK(replay.learnt_walks.mean_path == 3.45);
    CHECK(replay.learnt_walks.eaten == 0);
    check_table(replay.board, replay.learning, "peter_easy_published_Q.csv");

    const test::Csv steps(LOCKSTEP_GOLDEN_DIR "/gridworld/peter_easy_published_lpath.csv");
    REQUIRE(steps.rows() == 10'000);
    REQUIRE(replay.learning.steps.size() == 10'000);
    const std::vector<double> wanted = steps.numbers("steps");
    CHECK(std::ranges::equal(replay.learning.steps, wanted));
    CHECK(replay.learning.steps.back() == 0);
}

TEST_CASE("Peter fights the wolf: every printed figure, and the table to the last bit") {
    const WolfReplay replay = replay_wolf();
    CHECK(replay.random_walk == 0);
    CHECK(replay.random_walks.killed == 5);
    CHECK(replay.random_walks.won == 1);
    CHECK(replay.random_walks.drowned == 94);
    CHECK(replay.learning.updates == 316'671);
    CHECK(replay.learning.steps.back() == 48);
    CHECK(replay.learnt_walks.killed == 1);
    CHECK(replay.learnt_walks.won == 9);
    CHECK(replay.learnt_walks.drowned == 90);
    check_table(replay.board, replay.learning, "peter_hard_published_Q.csv");
}

TEST_CASE("the Markov chain's ten printed runs") {
    const Json runs = recorded("mdp/markov_chain.json")["seed42_runs"];
    CHECK(Json(replay_markov_chain(42, 10)) == runs);
}

TEST_CASE("Q-learning of the decision process: its steps, its curve and its table") {
    const Json reference = recorded("mdp/mdp.json")["q_learning_seed42"];
    const MdpLearning learning = replay_mdp_q_learning(42, 10'000);
    for (std::size_t i = 0; i < 50; ++i) {
        const MdpStep& step = learning.steps[i];
        const Json& wanted = reference["first_50_transitions_s_a_r_s2"][i];
        CHECK(Json{step.state, step.action, static_cast<int>(step.reward), step.next} == wanted);
    }
    const Json& curve = reference["Q_s0_a0_every_100"];
    REQUIRE(curve.size() == 100);
    for (std::size_t i = 0; i < curve.size(); ++i) {
        CHECK(bits(learning.first_value[100 * i]) == recorded_bits(curve[i]));
    }
    for (std::size_t s = 0; s < 3; ++s) {
        for (std::size_t a = 0; a < 3; ++a) {
            const Json& wanted = reference["final"][s][a];
            if (wanted.is_null()) CHECK(std::isinf(learning.q[s][a]));
            if (!wanted.is_null()) CHECK(bits(learning.q[s][a]) == recorded_bits(wanted));
        }
    }
}

TEST_CASE("the wolf's training from another seed takes as many steps as Python's") {
    CHECK(replay_wolf_learning(200).updates == 91149);
}

}  // namespace lockstep

// Tutorials executed again from the first line to the last, on the generators that they seeded:
// every figure that they print, and the tables behind them to the last bit.

#include <cmath>

#include <lockstep/agents/replay/mdp_replay.hpp>
#include <lockstep/tests/support/recorded.hpp>

namespace lockstep {
namespace {

using nlohmann::json;
using test::bits;
using test::recorded;
using test::recorded_bits;

}  // namespace

TEST_CASE("the Markov chain's ten printed runs") {
    const json runs = recorded("mdp/markov_chain.json")["seed42_runs"];
    CHECK(json(replay_markov_chain(42, 10)) == runs);
}

TEST_CASE("Q-learning of the decision process: its steps, its curve and its table") {
    const json reference = recorded("mdp/mdp.json")["q_learning_seed42"];
    const MdpLearning learning = replay_mdp_q_learning(42, 10'000);
    for (std::size_t i = 0; i < 50; ++i) {
        const MdpStep& step = learning.steps[i];
        const json& wanted = reference["first_50_transitions_s_a_r_s2"][i];
        CHECK(json{step.state, step.action, static_cast<int>(step.reward), step.next} == wanted);
    }
    const json& curve = reference["Q_s0_a0_every_100"];
    REQUIRE(curve.size() == 100);
    for (std::size_t i = 0; i < curve.size(); ++i) {
        CHECK(bits(learning.first_value[100 * i]) == recorded_bits(curve[i]));
    }
    for (std::size_t s = 0; s < 3; ++s) {
        for (std::size_t a = 0; a < 3; ++a) {
            const json& wanted = reference["final"][s][a];
            if (wanted.is_null()) CHECK(std::isinf(learning.q[s][a]));
            if (!wanted.is_null()) CHECK(bits(learning.q[s][a]) == recorded_bits(wanted));
        }
    }
}

}  // namespace lockstep

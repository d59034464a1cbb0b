// The tutorials' small processes: their tables, their chances, and NumPy's numbers for SimpleMDP.

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/frequencies.hpp"
#include "tests/support/numbers.hpp"
#include "tests/support/random.hpp"
#include "tests/support/recorded.hpp"
#include "tests/support/tables.hpp"

namespace lockstep {
namespace {

using Assignments = std::vector<std::string>;
using test::check_refused;
using test::mdp_of;

// Checks that an action has exactly this one certain outcome.
void check_move(const FiniteMdp& mdp, std::int64_t state, std::int64_t action, std::uint32_t next,
                double reward, bool terminated) {
    CAPTURE(state, action);
    const auto outcomes = mdp.of(state, action);
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].probability == 1);
    CHECK(outcomes[0].next == next);
    CHECK(outcomes[0].reward == reward);
    CHECK(outcomes[0].terminated == terminated);
}

void check_chance(const std::string& id, const Assignments& settings, std::size_t pairs) {
    auto random = test::random_numbers(id.c_str());
    VectorEnvConfig config{.id = id, .num_envs = 4096, .seed = random()};
    config.settings = test::settings_of(id, settings);
    CHECK(test::check_steps<float>(config, mdp_of(id, settings), 400, random) == pairs);
}

void check_row(std::span<const Outcome> ours, const Json& chances, const Json& rewards) {
    REQUIRE(ours.size() == chances.size());
    for (std::size_t next = 0; next < ours.size(); ++next) {
        CAPTURE(next);
        const auto number = [&](const Json& list) {
            const Json& value = list[next];
            return value.is_string() ? test::number_of(value.get<std::string>())
                                     : value.get<double>();
        };
        CHECK(ours[next].next == next);
        CHECK(test::bits(ours[next].probability) == test::bits(number(chances)));
        CHECK(test::bits(ours[next].reward) == test::bits(number(rewards)));
    }
}

std::string assignment(const char* name, const Json& value) {
    return std::string(name) + "=" + value.dump();
}

}  // namespace

TEST_CASE("the Markov chain is the tutorial's", "[slide_worlds]") {
    const FiniteMdp mdp = mdp_of("MarkovChain-v0");
    CHECK(mdp.states == 4);
    CHECK(mdp.actions == 1);
    CHECK(find_environment("MarkovChain-v0").id.max_episode_steps == 1000);
    REQUIRE(mdp.of(0, 0).size() == 3);
    CHECK(mdp.of(0, 0)[1].probability == 0.2);
    CHECK(mdp.of(0, 0)[1].next == 1);
    CHECK(mdp.of(0, 0)[2].terminated);
    check_move(mdp, 2, 0, 1, 1, false);
    check_move(mdp, 3, 0, 3, 0, true);
    check_chance("MarkovChain-v0", {}, 3);
}

TEST_CASE("the slides' walks go where they say", "[slide_worlds]") {
    const FiniteMdp chain = mdp_of("Chain-v0"), lazy = mdp_of("LazyChain-v0");
    CHECK(chain.starts == std::vector<std::uint32_t>{5});
    CHECK(lazy.starts == std::vector<std::uint32_t>{5});
    CHECK(chain.states == 11);
    CHECK(lazy.actions == 3);
    for (int place = -4; place <= 4; ++place) {
        for (int move = -1; move <= 1; ++move) {
            const int next = place + move;
            const bool over = std::abs(next) == 5;
            const auto number = static_cast<std::uint32_t>(next + 5);
            check_move(lazy, place + 5, move + 1, number, -std::abs(next), over);
            if (move != 0)
                check_move(chain, place + 5, (move + 1) / 2, number, next == 5 ? 1 : 0, over);
        }
    }
    check_chance("Chain-v0", {}, 9 * 2);
    check_chance("LazyChain-v0", {}, 9 * 3);
}

TEST_CASE("a lazy walk stops after twenty steps", "[slide_worlds]") {
    auto env = make<float>("LazyChain-v0", 1);
    for (int t = 1; t <= 20; ++t) {
        env.step(std::vector{1});
        CHECK(env.truncated()[0] == (t == 20 ? 1 : 0));
    }
}

TEST_CASE("SimpleMDP is NumPy's, bit for bit", "[slide_worlds][numpy]") {
    const Json recorded =
        test::recorded("slides/seed002_tabular_reference.json").at("SimpleMDP_np_seed0");
    const FiniteMdp mdp = mdp_of("RandomMDP-v0", {"draws=numpy"});
    REQUIRE(mdp.states == 5);
    REQUIRE(mdp.actions == 3);
    for (std::size_t s = 0; s < 5; ++s) {
        for (std::size_t a = 0; a < 3; ++a) {
            CAPTURE(s, a);
            check_row(mdp.of(static_cast<std::int64_t>(s), static_cast<std::int64_t>(a)),
                      recorded["transition_probs"][s][a], recorded["rewards"][s][a]);
        }
    }
}

TEST_CASE("other sizes of SimpleMDP are NumPy's too", "[slide_worlds][numpy]") {
    for (const Json& row : test::recorded("mdp/simple_mdp.json")) {
        CAPTURE(row["seed"]);
        const FiniteMdp mdp =
            mdp_of("RandomMDP-v0",
                   {"draws=numpy", assignment("mdp_seed", row["seed"]),
                    assignment("states", row["states"]), assignment("actions", row["actions"])});
        check_row(mdp.of(mdp.states - 1, mdp.actions - 1), row["transition_probs"], row["rewards"]);
    }
}

TEST_CASE("Lockstep's own random processes are what they promise", "[slide_worlds]") {
    const FiniteMdp mdp = mdp_of("RandomMDP-v0", {"states=100", "actions=10"});
    REQUIRE(mdp.outcomes.size() == 100'000);
    double sum = 0, squares = 0, chance_squares = 0;
    for (const Outcome& outcome : mdp.outcomes) {
        sum += outcome.reward;
        squares += outcome.reward * outcome.reward;
        chance_squares += outcome.probability * outcome.probability;
    }
    // Five standard errors: 1 / sqrt(n) for a mean, sqrt(2 / n) for a mean square.
    CHECK(std::abs(sum / 1e5) < 5 / std::sqrt(1e5));
    CHECK(std::abs(squares / 1e5 - 1) < 5 * std::sqrt(2 / 1e5));
    // The squares of a row: 100 * (1/3) / 50^2 on average, up to terms in 1/100.
    CHECK(chance_squares / 1000 == Approx(4.0 / 300).epsilon(0.02));
    const auto first_reward = [](const Assignments& settings) {
        return mdp_of("RandomMDP-v0", settings).outcomes[0].reward;
    };
    CHECK(first_reward({"mdp_seed=1"}) != first_reward({}));
    CHECK(first_reward({"states=256"}) == first_reward({}));
    CHECK(mdp_of("RandomMDP-v0", {"states=1", "actions=1"}).outcomes[0].probability == 1);
    check_chance("RandomMDP-v0", {}, 15);
}

TEST_CASE("in the world of noise nothing depends on anything", "[slide_worlds]") {
    auto random = test::random_numbers("Noise-v0");
    VectorEnvConfig config{.id = "Noise-v0", .num_envs = 4096, .seed = random()};
    VectorEnv<float> env(config);
    CHECK(env.action_count() == 3);
    test::Counts counts;
    double sum = 0, squares = 0;
    constexpr int steps = 100;
    for (int t = 0; t < steps; ++t) {
        env.step(std::vector(4096, t % 3));
        for (std::size_t i = 0; i < 4096; ++i) {
            ++counts[{static_cast<std::uint32_t>(env.observation(0)[i]), 0, false}];
            sum += env.reward()[i];
            squares += double{env.reward()[i]} * env.reward()[i];
        }
    }
    CHECK(test::discrepancy<float>(counts, mdp_of("Noise-v0").of(0, 0)) < 1);
    // Six standard errors, once in 10^9: of a mean 1 / sqrt(n), of a mean square sqrt(2 / n).
    const double n = 4096.0 * steps;
    CHECK(std::abs(sum / n) < 6 / std::sqrt(n));
    CHECK(std::abs(squares / n - 1) < 6 * std::sqrt(2 / n));
}

TEST_CASE("sizes and seeds that are none are refused", "[slide_worlds][bad_input]") {
    const auto refused = [](const char* id, const std::string& setting, const std::string& says) {
        CAPTURE(id, setting);
        check_refused([&] { mdp_of(id, {setting}); }, {setting.substr(0, setting.find('=')), says});
    };
    for (const char* id : {"RandomMDP-v0", "Noise-v0"}) {
        refused(id, "states=2.5", "states = 2.5: allowed whole numbers from 1 to 256");
        refused(id, "actions=0.999", "allowed 1 to 32");
        refused(id, "states=0", "allowed 1 to 256");
        refused(id, "states=257", "allowed 1 to 256");
        refused(id, "actions=33", "allowed 1 to 32");
        refused(id, "actions=nan", "allowed 1 to 32");
    }
    refused("RandomMDP-v0", "mdp_seed=0.5", "allowed whole numbers from 0 to 4294967295");
    refused("RandomMDP-v0", "mdp_seed=4294967296", "allowed 0 to 4294967295");
    refused("RandomMDP-v0", "draws=nump", "did you mean 'numpy'?");
    VectorEnvConfig config{.id = "Noise-v0", .num_envs = 2};
    config.settings.parameters["states"] = {5, 6};
    check_refused([&] { VectorEnv<float> env(config); }, {"states has 2 values", "allowed 1"});
}

}  // namespace lockstep

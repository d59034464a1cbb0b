// Environments from a user's static library: in another namespace, several in a file, made of
// smaller structs, of tables.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <lockstep/agent.hpp>
#include <lockstep/evaluation.hpp>
#include <lockstep/vector_env.hpp>

#include "engine/environments/registry.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"

namespace lockstep {
namespace {

TEST_CASE("a state of smaller structs has their columns", "[games]") {
    auto env = make<double>("Drift-v0", 100);
    CHECK(env.about().state_count() == 4);
    double square = 0;
    for (int k = 0; k < 2; ++k) {
        for (const double x : env.state(k)) square += x * x;
    }
    // Of 200 normals with variance 1/4; six standard deviations of their mean square.
    CHECK(std::abs(square / 200 - 0.25) < 6 * 0.25 * std::sqrt(2.0 / 200));
    for (int k = 2; k < 4; ++k) {
        for (const double x : env.state(k)) CHECK(x == 0);
    }
}

TEST_CASE("an action that there is not is nobody's", "[games]") {
    // No episode starts again, so that a boat that had been carried off would still be there.
    VectorEnv<float> env({.id = "Drift-v0", .num_envs = 64, .autoreset = Autoreset::disabled});
    for (const std::int32_t action : {0, 1, 0}) {
        env.step(std::vector<std::int32_t>(64, action));
        for (const float y : env.state(1)) CHECK(std::abs(y) < 50);
    }
}

TEST_CASE("two actions and random dynamics can be searched", "[games]") {
    const Agent& agent = find_agent("random-search");
    TrainConfig config{.env = "Drift-v0", .test_episodes = 200};
    config.settings = {{"candidates", 500}, {"episodes", 20}};
    const TrainResult first = train(agent, config);
    config.threads = 2;
    const TrainResult again = train(agent, config);
    CHECK(first.hash == again.hash);
    const std::vector<double> random =
        episode_returns(config, {.name = "random"}, config.test_episodes, Stream::test);
    // Six standard errors of the difference.
    CHECK(mean(first.test_scores) > mean(random) + 6 * standard_deviation(random) / 10);
    config.seed = 1;
    CHECK(train(agent, config).hash != first.hash);
}

TEST_CASE("each of five words reaches its member", "[games]") {
    VectorEnvConfig config{.id = "Levers-v0", .num_envs = 5};
    config.settings.parameters["weight"] = {1, 2, 3, 4, 5};
    config.settings.choices = {{"second", "plus"}, {"fourth", "plus"}, {"reward", "true"}};
    VectorEnv<float> env(config);
    const std::vector<std::int32_t> actions = {0, 1, 2, 3, 4};
    env.step(actions);
    const std::vector<float> expected = {-1, 2, -3, 4, 5};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(env.state(0)[i] == expected[i]);
        CHECK(env.reward()[i] == expected[i]);
    }
    config.settings.choices["reward"] = "maybe";
    test::check_refused([&] { VectorEnv<float>{config}; }, {"reward", "'maybe'", "false, true"});
}

TEST_CASE("an action is a number and a choice", "[games]") {
    constexpr std::size_t worlds = 300;
    VectorEnv<float> env({.id = "Cannon-v0", .num_envs = worlds, .autoreset = Autoreset::disabled});
    std::vector<float> actions(2 * worlds);  // [column][world]
    env.act({"random"}, actions);
    int charges[3] = {};
    const std::vector<float> angles(env.state(0).begin(), env.state(0).end());
    env.step(actions);
    for (std::size_t i = 0; i < worlds; ++i) {
        CHECK((actions[i] >= -0.5F && actions[i] < 1));
        const auto charge = static_cast<int>(actions[worlds + i]);
        REQUIRE((charge >= 0 && charge < 3 && static_cast<float>(charge) == actions[worlds + i]));
        ++charges[charge];
        const float angle = std::clamp(angles[i] + actions[i], 0.0F, 1.0F);
        CHECK(env.state(0)[i] == angle);
        CHECK(env.reward()[i] == 0.5F * static_cast<float>(charge) * angle);
    }
    // Six standard errors.
    for (const int count : charges) CHECK(std::abs(count - 100) < 6 * std::sqrt(300 * 2 / 9.0));
    for (const float wrong : {-1.0F, 3.0F, 0.5F, std::nanf("")}) {
        actions[worlds + 17] = wrong;
        test::check_refused([&] { env.step(actions); }, {"charge", "world 17", "0 to 2"});
    }
    test::check_refused([&] { env.act({"linear", {1, 1}}, actions); }, {"linear"});
    const Agent& agent = find_agent("ppo");
    const TrainConfig config{.env = "Cannon-v0"};
    test::check_refused([&] { train(agent, config); }, {"Cannon-v0", "several choices"});
}

TEST_CASE("twenty columns are stepped", "[games]") {
    auto env = make<double>("Springs-v0", 33);
    CHECK(env.about().state_count() == 20);
    CHECK(column_names(env.about().observations)[13] == "stretch[2][3]");
    std::vector<double> expected;
    for (int k = 0; k < 20; ++k) expected.push_back(env.state(k)[32]);
    for (int i = 0; i < 19; ++i)
        expected[static_cast<std::size_t>(i)] += 0.25 * (expected[static_cast<std::size_t>(i) + 1] -
                                                         expected[static_cast<std::size_t>(i)]);
    expected[19] += 0.5 - 0.25 * expected[19];
    env.step(std::vector<std::int32_t>(33, 1));
    for (int k = 0; k < 20; ++k) CHECK(env.state(k)[32] == expected[static_cast<std::size_t>(k)]);
    test::check_refused([&] { env.state(20); }, {"state(20)", "0 to 19"});
}

TEST_CASE("twenty columns are searched and learnt from", "[games][once]") {
    for (const auto& [id, settings] : std::vector<std::pair<const char*, std::vector<const char*>>>{
             {"random-search", {"candidates=300"}},
             {"ppo", {"steps=2048"}},
             {"dqn", {"episodes=20", "learning_starts=4"}},
             {"reinforce", {"episodes=50"}}}) {
        CAPTURE(id);
        const Agent& agent = find_agent(id);
        TrainConfig config{.env = "Springs-v0", .learners = 2};
        config.test_episodes = 20;
        for (const char* setting : settings) set(config, agent, setting);
        const TrainResult result = train(agent, config);
        CHECK(result.failed.empty());
        CHECK(result.test_scores.size() == 2);
    }
}

template <class Real>
void check_lamps() {
    constexpr std::size_t worlds = 50;
    VectorEnv<Real> env({.id = "Lamps-v0", .num_envs = worlds, .seed = 3});
    CHECK(env.about().observation_count() == 34);
    std::vector<std::uint32_t> lamps(env.template state_as<std::uint32_t>(0).begin(),
                                     env.template state_as<std::uint32_t>(0).end());
    std::vector<std::int32_t> next(worlds, 0), actions(worlds);
    const auto all_bits = [&](auto&& bits_of) {
        for (int k = 0; k < 32; ++k) {
            const auto bits = bits_of(k);
            REQUIRE(bits.size() == 4);
            for (std::size_t i = 0; i < worlds; ++i)
                REQUIRE((bits[i / 16] >> i % 16 & 1U) == (lamps[i] >> k & 1U));
        }
    };
    for (int t = 0; t < 40; ++t) {  // as long as no episode ends
        all_bits([&](int k) { return env.observation_bits(k); });
        env.act({"random"}, actions);
        env.step(actions);
        for (std::size_t i = 0; i < worlds; ++i) {
            const std::uint32_t lamp = 1U << next[i];
            CHECK(env.reward()[i] == static_cast<Real>((lamps[i] & lamp) != 0));
            CHECK(env.template state_as<std::uint32_t>(2)[i] == ((lamps[i] & lamp) != 0));
            if (actions[i] == 0) lamps[i] ^= lamp;
            next[i] = (actions[i] == 2 ? next[i] - 1 : next[i] + 1) & 31;
            CHECK(env.template state_as<std::uint32_t>(0)[i] == lamps[i]);
            CHECK(env.template observation_as<std::int32_t>(32)[i] == next[i]);
            CHECK(env.observation_value(32, static_cast<std::int64_t>(i)) == next[i]);
            CHECK(env.observation(33)[i] == env.state(3)[i]);
        }
    }
    all_bits([&](int k) { return env.final_observation_bits(k); });
    test::check_refused([&] { env.observation(4); }, {"observation(4)", "bits"});
    test::check_refused([&] { env.observation(32); }, {"observation(32)", "int32"});
    test::check_refused([&] { env.observation_bits(33); }, {"observation_bits", "real"});
    test::check_refused([&] { env.template state_as<std::int32_t>(0); }, {"state(0)", "uint32"});

    const auto snapshot = env.snapshot();
    const std::uint64_t before = env.hash();
    env.set_state(17, std::vector<Real>{5, 31, 1, Real(0.25)});
    CHECK(env.template state_as<std::uint32_t>(0)[17] == 5);
    CHECK(env.state_value(2, 17) == 1);
    for (const std::vector<Real>& wrong :
         {std::vector<Real>{-1, 0, 0, 0}, {1, Real(0.5), 0, 0}, {1, 0, 2, 0}})
        test::check_refused([&] { env.set_state(17, wrong); }, {"state(", "whole numbers"});
    CHECK(env.hash() != before);
    env.restore(snapshot);
    CHECK(env.hash() == before);

    auto rolled = make<Real>("Lamps-v0", 100), stepped = make<Real>("Lamps-v0", 100);
    rolled.rollout({"random"}, 130);
    std::vector<std::int32_t> some(100);
    for (int t = 0; t < 130; ++t) stepped.act({"random"}, some), stepped.step(some);
    CHECK(rolled.hash() == stepped.hash());
}

TEST_CASE("columns of whole numbers and bits are kept, seen and observed", "[games]") {
    check_lamps<float>();
    check_lamps<double>();
}

TEST_CASE("learners see whole numbers and bits as numbers", "[games][once]") {
    for (const char* id : {"random-search", "ppo"}) {
        CAPTURE(id);
        const Agent& agent = find_agent(id);
        TrainConfig config{.env = "Lamps-v0", .learners = 2};
        config.test_episodes = 40;
        set(config, agent, id == std::string("ppo") ? "steps=30000" : "candidates=500");
        const TrainResult result = train(agent, config);
        const std::vector<double> random =
            episode_returns(config, {.name = "random"}, 200, Stream::test);
        // Going to and fro under a lit lamp gives 60; random play gives half of that, and so does a
        // linear policy.
        if (std::string(id) == "ppo") CHECK(mean(result.test_scores) > mean(random) + 3);
        config.threads = 2;
        CHECK(train(agent, config).hash == result.hash);
    }
}

TEST_CASE("a game of tables from outside is learnt", "[games]") {
    const Agent& agent = find_agent("value-iteration");
    const TrainConfig config{.env = "Ladder-v0", .test_episodes = 10};
    const TrainResult result = train(agent, config);
    CHECK(mean(result.test_scores) == 1);
}

}  // namespace
}  // namespace lockstep

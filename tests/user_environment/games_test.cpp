// Environments from a static library of a user's: of another namespace, several in a file, made of
// smaller structs, of tables.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <lockstep/agents/evaluation.hpp>
#include <lockstep/engine/vector_env.hpp>
#include <lockstep/tests/support/catch.hpp>
#include <lockstep/tests/support/errors.hpp>

namespace lockstep {
namespace {

TEST_CASE("a state of smaller structs has their columns", "[games]") {
    auto env = make<double>("Drift-v0", 100);
    CHECK(env.about().state_count() == 4);
    double square = 0;
    for (int k = 0; k < 2; ++k) {
        for (const double x : env.state(k)) square += x * x;
    }
    // Of 200 normals of variance 1/4; six standard deviations of their mean square.
    CHECK(std::abs(square / 200 - 0.25) < 6 * 0.25 * std::sqrt(2.0 / 200));
    for (int k = 2; k < 4; ++k) {
        for (const double x : env.state(k)) CHECK(x == 0);
    }
}

TEST_CASE("an action that there is not is nobody's", "[games]") {
    // Nothing begins anew, so that whoever had been carried off would still be there.
    VectorEnv<float> env({.id = "Drift-v0", .worlds = 64, .autoreset = Autoreset::disabled});
    for (const std::int32_t action : {0, 1, 0}) {
        env.step(std::vector<std::int32_t>(64, action));
        for (const float y : env.state(1)) CHECK(std::abs(y) < 50);
    }
}

TEST_CASE("two actions and random dynamics can be searched", "[games]") {
    const Agent& agent = find_agent("random-search");
    TrainConfig config{.env = "Drift-v0", .test_episodes = 200};
    config.agent_settings = {{"candidates", 500}, {"episodes", 20}};
    const TrainResult first = agent.train(config, agent, {});
    config.threads = 2;
    const TrainResult again = agent.train(config, agent, {});
    CHECK(first.hash == again.hash);
    const std::vector<double> random =
        episode_returns(config, {.name = "random"}, config.test_episodes, Stream::test);
    // Six standard errors of the difference.
    CHECK(mean(first.test_scores) > mean(random) + 6 * standard_deviation(random) / 10);
    config.seed = 1;
    CHECK(agent.train(config, agent, {}).hash != first.hash);
}

TEST_CASE("each of five words reaches its member", "[games]") {
    VectorEnvConfig config{.id = "Levers-v0", .worlds = 5};
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
    VectorEnv<float> env({.id = "Cannon-v0", .worlds = worlds, .autoreset = Autoreset::disabled});
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
    test::check_refused([&] { agent.train(config, agent, {}); }, {"Cannon-v0", "several choices"});
}

TEST_CASE("a game of tables from outside is learnt", "[games]") {
    const Agent& agent = find_agent("value-iteration");
    const TrainConfig config{.env = "Ladder-v0", .test_episodes = 10};
    const TrainResult result = agent.train(config, agent, {});
    CHECK(mean(result.test_scores) == 1);
}

}  // namespace
}  // namespace lockstep

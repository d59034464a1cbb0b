// Episodes: flags, statistics and observations in each autoreset mode, resets, time limits,
// parameters.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "engine/environments/config.hpp"
#include "tests/engine/chained_hash.hpp"
#include "tests/engine/differences.hpp"
#include "tests/engine/modes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"

namespace lockstep {
namespace {

using test::modes;
using test::seedings;

// If it is only pushed to the right, the pole falls within a dozen steps.
const std::vector<std::int32_t> right{1};

VectorEnvConfig one_world(Autoreset mode) {
    return {.id = "CartPole-v1", .seed = 5, .autoreset = mode};
}

VectorEnvConfig with_limit(VectorEnvConfig config, std::int64_t steps) {
    config.settings.max_episode_steps = steps;
    return config;
}

template <class Real>
void push_right(VectorEnv<Real>& env, int steps) {
    for (int t = 0; t < steps; ++t) env.step(right);
}

int steps_until_fallen() {
    VectorEnv<float> env(one_world(Autoreset::disabled));
    int steps = 0;
    while (env.terminated()[0] == 0) push_right(env, 1), ++steps;
    return steps;
}

template <class Real>
std::array<Real, 4> observation_of(const VectorEnv<Real>& env, std::size_t world = 0) {
    return {env.observation(0)[world], env.observation(1)[world], env.observation(2)[world],
            env.observation(3)[world]};
}

template <class Real>
std::array<Real, 4> final_observation_of(const VectorEnv<Real>& env) {
    return {env.final_observation(0)[0], env.final_observation(1)[0], env.final_observation(2)[0],
            env.final_observation(3)[0]};
}

struct StepResult {
    double reward;
    int terminated, truncated, length;
    double total;

    friend bool operator==(const StepResult&, const StepResult&) = default;
    friend std::ostream& operator<<(std::ostream& out, const StepResult& o) {
        return out << "reward " << o.reward << ", terminated " << o.terminated << ", truncated "
                   << o.truncated << ", length " << o.length << ", return " << o.total;
    }
};

template <class Real>
StepResult outcome(const VectorEnv<Real>& env, std::size_t world = 0) {
    return {static_cast<double>(env.reward()[world]), env.terminated()[world],
            env.truncated()[world], env.episode_length()[world],
            static_cast<double>(env.episode_return()[world])};
}

// The observation that ends the first episode, and the one that begins the second.
struct Turn {
    std::array<float, 4> last, first;
};

Turn expected_turn() {
    VectorEnv<float> env(one_world(Autoreset::disabled));
    push_right(env, steps_until_fallen());
    Turn turn;
    turn.last = observation_of(env);
    env.reset();
    turn.first = observation_of(env);
    return turn;
}

}  // namespace

TEST_CASE("a new world has no reward, flag or history", "[episodes]") {
    for (const Autoreset mode : modes) {
        const VectorEnv<float> env(one_world(mode));
        CHECK(outcome(env) == StepResult{0, 0, 0, 0, 0});
        for (const float value : observation_of(env)) CHECK(std::abs(value) <= 0.05F);
    }
}

TEST_CASE("next-step autoreset: the end is shown, the next step only resets", "[episodes]") {
    const int end = steps_until_fallen();
    const Turn turn = expected_turn();
    VectorEnv<float> env(one_world(Autoreset::next_step));
    push_right(env, end - 1);
    CHECK(outcome(env) == StepResult{1, 0, 0, end - 1, double(end - 1)});
    push_right(env, 1);
    CHECK(outcome(env) == StepResult{1, 1, 0, end, double(end)});
    CHECK(observation_of(env) == turn.last);
    CHECK(final_observation_of(env) == turn.last);
    push_right(env, 1);
    CHECK(outcome(env) == StepResult{0, 0, 0, 0, 0});
    CHECK(observation_of(env) == turn.first);
    push_right(env, 1);
    CHECK(outcome(env) == StepResult{1, 0, 0, 1, 1});
}

TEST_CASE("same-step autoreset: the end and the new beginning in one step", "[episodes]") {
    const int end = steps_until_fallen();
    const Turn turn = expected_turn();
    VectorEnv<float> env(one_world(Autoreset::same_step));
    push_right(env, end - 1);
    CHECK(outcome(env) == StepResult{1, 0, 0, end - 1, double(end - 1)});
    CHECK(final_observation_of(env) == observation_of(env));
    push_right(env, 1);
    CHECK(outcome(env) == StepResult{1, 1, 0, end, double(end)});
    CHECK(observation_of(env) == turn.first);
    CHECK(final_observation_of(env) == turn.last);
    push_right(env, 1);
    CHECK(outcome(env) == StepResult{1, 0, 0, 1, 1});
}

TEST_CASE("without autoreset the world goes on beyond its end, unrewarded", "[episodes]") {
    const int end = steps_until_fallen();
    VectorEnv<float> env(one_world(Autoreset::disabled));
    push_right(env, end);
    CHECK(outcome(env) == StepResult{1, 1, 0, end, double(end)});
    CHECK(observation_of(env) == expected_turn().last);
    push_right(env, 2);
    CHECK(outcome(env) == StepResult{0, 1, 0, end + 2, double(end)});
}

TEST_CASE("without autoreset a world back within bounds is rewarded again", "[episodes]") {
    // As in Gymnasium 1.3 (recorded trajectory 39).
    VectorEnv<double> env(one_world(Autoreset::disabled));
    push_right(env, steps_until_fallen() + 1);
    CHECK(outcome(env).terminated == 1);
    env.set_state(0, std::array<double, 4>{});
    push_right(env, 1);
    CHECK(env.terminated()[0] == 0);
    CHECK(env.reward()[0] == 1);
}

TEST_CASE("Sutton and Barto's reward is -1 at the end, and after it", "[episodes]") {
    const int end = steps_until_fallen();
    VectorEnvConfig config = one_world(Autoreset::disabled);
    config.settings.choices["sutton_barto_reward"] = "true";
    VectorEnv<float> env(config);
    push_right(env, end - 1);
    CHECK(outcome(env) == StepResult{0, 0, 0, end - 1, 0});
    push_right(env, 1);
    CHECK(outcome(env) == StepResult{-1, 1, 0, end, -1});
    push_right(env, 1);
    CHECK(outcome(env) == StepResult{-1, 1, 0, end + 1, -2});
}

TEST_CASE("the time limit truncates and does not terminate", "[episodes]") {
    for (const Autoreset mode : modes) {
        VectorEnv<float> env(with_limit(one_world(mode), 5));
        push_right(env, 4);
        CHECK(outcome(env) == StepResult{1, 0, 0, 4, 4});
        push_right(env, 1);
        CHECK(outcome(env) == StepResult{1, 0, 1, 5, 5});
        push_right(env, 1);
        const StepResult after[]{{0, 0, 0, 0, 0}, {1, 0, 0, 1, 1}, {1, 0, 1, 6, 6}};
        CHECK(outcome(env) == after[static_cast<int>(mode)]);
    }
}

TEST_CASE("an end at the time limit is terminated and truncated", "[episodes]") {
    const int end = steps_until_fallen();
    for (const Autoreset mode : modes) {
        VectorEnv<float> env(with_limit(one_world(mode), end));
        push_right(env, end);
        CHECK(outcome(env) == StepResult{1, 1, 1, end, double(end)});
        push_right(env, 1);
        if (mode != Autoreset::disabled) CHECK(outcome(env).truncated == 0);
    }
}

TEST_CASE("an episode may be one step long", "[episodes]") {
    VectorEnv<float> same(with_limit(one_world(Autoreset::same_step), 1));
    VectorEnv<float> next(with_limit(one_world(Autoreset::next_step), 1));
    for (int t = 0; t < 10; ++t) {
        push_right(same, 1), push_right(next, 1);
        CHECK(outcome(same) == StepResult{1, 0, 1, 1, 1});
        CHECK(outcome(next) ==
              (t % 2 == 0 ? StepResult{1, 0, 1, 1, 1} : StepResult{0, 0, 0, 0, 0}));
    }
}

TEST_CASE("each id has its own time limit", "[episodes]") {
    for (const auto& [id, limit] : {std::pair{"CartPole-v0", 200}, {"CartPole-v1", 500}}) {
        CAPTURE(id);
        // Gravity does not pull and pushes do not push: nothing ever falls.
        VectorEnvConfig config{.id = id, .num_envs = 40};
        config.settings.parameters["gravity"] = {0};
        config.settings.parameters["force_mag"] = {0};
        VectorEnv<float> env(config);
        const std::vector<std::int32_t> actions(40, 0);
        for (std::size_t i = 0; i < 40; ++i) {
            env.set_state(static_cast<std::int64_t>(i), std::array<float, 4>{});
        }
        for (int t = 1; t <= limit; ++t) {
            env.step(actions);
            REQUIRE(outcome(env, 39) == StepResult{1, 0, t == limit, t, double(t)});
        }
    }
}

TEST_CASE("episodes of one world differ from each other, and worlds from worlds", "[episodes]") {
    VectorEnv<float> env({.id = "CartPole-v1", .num_envs = 3});
    std::vector<std::array<float, 4>> seen;
    for (int episode = 0; episode < 50; ++episode, env.reset()) {
        for (std::size_t i = 0; i < 3; ++i) {
            CHECK(std::find(seen.begin(), seen.end(), observation_of(env, i)) == seen.end());
            seen.push_back(observation_of(env, i));
        }
    }
}

TEST_CASE("reset with the same seed begins the same episodes again", "[reset]") {
    for (const Seeding seeding : seedings) {
        VectorEnvConfig config = test::config_of(test::runs[1]);
        config.seeding = seeding;
        VectorEnv<double> env(config);
        const VectorEnv<double> untouched(config);
        test::MixedActions actions(config);
        for (int t = 0; t < 60; ++t) env.step(actions.next(env));
        env.reset(config.seed);
        CHECK(test::difference(env, untouched) == "");
        CHECK(outcome(env, 7) == StepResult{0, 0, 0, 0, 0});
        env.reset(config.seed + 1);
        CHECK(env.state(0)[0] != untouched.state(0)[0]);
    }
}

TEST_CASE("a reset mask begins the next episode of the worlds it names, of no others", "[reset]") {
    for (const Autoreset mode : modes) {
        for (const Seeding seeding : seedings) {
            VectorEnvConfig config{.id = "CartPole-v1", .num_envs = 37, .autoreset = mode};
            config.seeding = seeding;
            VectorEnv<float> env(config);
            const std::vector<std::int32_t> actions(37, 1);
            for (int t = 0; t < 12; ++t) env.step(actions);
            std::vector<std::uint8_t> mask(37, 0);
            mask[0] = 1, mask[15] = 2, mask[16] = 255, mask[36] = 128;  // any byte except 0 counts
            std::vector<std::array<float, 4>> before;
            std::vector<StepResult> outcomes;
            for (std::size_t i = 0; i < 37; ++i) {
                before.push_back(observation_of(env, i));
                outcomes.push_back(outcome(env, i));
            }
            env.reset(mask);
            for (std::size_t i = 0; i < 37; ++i) {
                CAPTURE(i);
                CHECK((observation_of(env, i) == before[i]) == (mask[i] == 0));
                CHECK(outcome(env, i) == (mask[i] == 0 ? outcomes[i] : StepResult{0, 0, 0, 0, 0}));
            }
        }
    }
}

TEST_CASE("a world that a mask reset begins as autoreset would have begun it", "[reset]") {
    VectorEnv<float> env(one_world(Autoreset::disabled));
    push_right(env, 3);
    env.reset(std::array<std::uint8_t, 1>{1});
    CHECK(observation_of(env) == expected_turn().first);
    push_right(env, 1);
    CHECK(outcome(env) == StepResult{1, 0, 0, 1, 1});
}

TEST_CASE("set_state moves one world and its episode goes on", "[state]") {
    VectorEnv<double> env({.id = "CartPole-v1", .num_envs = 20});
    const std::vector<std::int32_t> actions(20, 1);
    env.step(actions);
    const auto neighbor = observation_of(env, 16);
    env.set_state(17, std::array{0.1, -0.2, 0.03, 0.4});
    CHECK(observation_of(env, 17) == std::array{0.1, -0.2, 0.03, 0.4});
    CHECK(observation_of(env, 16) == neighbor);
    CHECK(outcome(env, 17) == StepResult{1, 0, 0, 1, 1});
    env.step(actions);
    CHECK(outcome(env, 17) == StepResult{1, 0, 0, 2, 2});
}

namespace {

// Values that send some worlds through every path of the kernel: long poles, wide angles.
std::vector<std::pair<std::string, std::vector<double>>> varied_parameters(std::size_t worlds) {
    std::vector<std::pair<std::string, std::vector<double>>> all{
        {"length", {}}, {"gravity", {}}, {"theta_threshold_radians", {}}, {"masspole", {}}};
    for (std::size_t i = 0; i < worlds; ++i) {
        all[0].second.push_back(0.3 + 0.05 * static_cast<double>(i));
        all[1].second.push_back(9.8 + static_cast<double>(i % 4));
        all[2].second.push_back(i % 3 == 0 ? 1.5 : 0.2);
        all[3].second.push_back(i % 5 == 0 ? 2.0 : 0.1);
    }
    return all;
}

template <class Real>
void check_per_world_parameters() {
    constexpr std::size_t worlds = 37;
    const auto varied = varied_parameters(worlds);
    VectorEnvConfig together{.id = "CartPole-v1", .num_envs = worlds, .seed = 9};
    for (const auto& [name, values] : varied) together.settings.parameters[name] = values;
    VectorEnv<Real> crowd(together);
    std::vector<VectorEnv<Real>> alone;
    for (std::size_t i = 0; i < worlds; ++i) {
        VectorEnvConfig config{.id = "CartPole-v1", .seed = 9};
        config.first_world = static_cast<std::uint32_t>(i);
        for (const auto& [name, values] : varied) config.settings.parameters[name] = {values[i]};
        alone.emplace_back(config);
    }
    test::MixedActions mixed(together);
    for (int t = 0; t < 120; ++t) {
        const auto actions = mixed.next(crowd);
        crowd.step(actions);
        for (std::size_t i = 0; i < worlds; ++i) {
            CAPTURE(t, i);
            alone[i].step(actions.subspan(i, 1));
            REQUIRE(observation_of(crowd, i) == observation_of(alone[i]));
            REQUIRE(outcome(crowd, i) == outcome(alone[i]));
        }
    }
}

}  // namespace

TEST_CASE("worlds with parameters of their own are as alone with them", "[parameters]") {
    check_per_world_parameters<float>();
    check_per_world_parameters<double>();
}

TEST_CASE("one value a world, all equal, is the value for all", "[parameters]") {
    VectorEnvConfig config = test::config_of(test::runs[1]);
    config.num_envs = 50;
    config.settings.parameters["gravity"] = {12};
    const std::uint64_t shared = test::chained_hash<float>(config, 100);
    config.settings.parameters["gravity"] = std::vector<double>(50, 12);
    CHECK(test::chained_hash<float>(config, 100) == shared);
    config.settings.parameters["gravity"] = {12.5};
    CHECK(test::chained_hash<float>(config, 100) != shared);
}

TEST_CASE("every parameter and choice of CartPole takes effect", "[parameters]") {
    VectorEnvConfig config{.id = "CartPole-v1", .num_envs = 64, .seed = 2};
    const std::uint64_t usual = test::chained_hash<double>(config, 60);
    const EnvironmentEntry entry = find_environment("CartPole-v1");
    const Description& about = entry.tables.about();
    for (const ParameterInfo& parameter : about.parameters) {
        CAPTURE(parameter.name);
        VectorEnvConfig changed = config;
        changed.settings.parameters[parameter.name] = {parameter.value * 0.1};
        CHECK(test::chained_hash<double>(changed, 60) != usual);
    }
    for (const ChoiceInfo& choice : about.choices) {
        CAPTURE(choice.name);
        // Only tabular learners use the cells.
        if (choice.name == std::string("discretization")) continue;
        VectorEnvConfig changed = config;
        changed.settings.choices[choice.name] = choice.options.begin()[1];
        CHECK(test::chained_hash<double>(changed, 60) != usual);
    }
}

TEST_CASE("a moved VectorEnv goes on, and policies act on it", "[state]") {
    VectorEnv<float> env = make<float>("CartPole-v1", 30, 4),
                     untouched = make<float>("CartPole-v1", 30, 4);
    VectorEnv<float> moved = std::move(env);
    std::vector<std::int32_t> actions(30), same(30);
    moved.act({.name = "random"}, actions);
    untouched.act({.name = "random"}, same);
    CHECK(actions == same);
    env = std::move(moved);
    env.step(actions), untouched.step(same);
    CHECK(test::difference(env, untouched) == "");
}

TEST_CASE("policies act as they are described", "[policy]") {
    VectorEnv<double> env({.id = "CartPole-v1", .num_envs = 2});
    env.set_state(0, std::array{1.0, 1.0, -0.1, 1.0});
    env.set_state(1, std::array{-1.0, -1.0, 0.0, -1.0});
    std::vector<std::int32_t> actions(2);
    env.act({.name = "basic"}, actions);
    CHECK(actions == std::vector{0, 1});  // an upright pole counts as leaning right
    env.act({.name = "linear", .weights = {0, 1, 0, 0}}, actions);
    CHECK(actions == std::vector{1, 0});
    // [observation][world]
    env.act({.name = "linear", .weights = {0, 0, 0, 0, 1, 1, 0, 1}}, actions);
    CHECK(actions == std::vector{0, 0});
    const std::uint64_t before = env.hash();
    env.act({.name = "random"}, actions);
    CHECK(env.hash() == before);
}

TEST_CASE("the random policy takes both actions equally often", "[policy]") {
    // 2,000,000 fair coins: the standard deviation of the share is 0.00035; five of them.
    VectorEnv<float> env({.id = "CartPole-v1", .num_envs = 20000, .seed = 1});
    std::vector<std::int32_t> actions(20000);
    double ones = 0;
    for (int t = 0; t < 100; ++t) {
        env.act({.name = "random"}, actions);
        for (const std::int32_t action : actions) ones += action;
        env.step(actions);
    }
    CHECK(ones / 2e6 == Approx(0.5).margin(0.0018));
}

TEST_CASE("random play is as long as in Gymnasium", "[policy]") {
    // 10,000 recorded episodes: mean 22.18 with standard error 0.12, deviation 11.77. Ours are more
    // than 300,000, with a standard error of 0.02; episodes cut off by the end of the run are
    // longer than most, which lowers the mean by 0.07. Five standard errors plus that: 0.7.
    VectorEnv<float> env({.id = "CartPole-v1", .num_envs = 4000, .seed = 1});
    const EpisodeTotals totals = env.rollout({.name = "random"}, 2000);
    CHECK(totals.episodes > 300000);
    const double episodes = static_cast<double>(totals.episodes);
    const double mean = totals.return_sum / episodes;
    CHECK(mean == Approx(22.18).margin(0.7));
    CHECK(std::sqrt(totals.return_square_sum / episodes - mean * mean) ==
          Approx(11.77).margin(0.7));
}

}  // namespace lockstep

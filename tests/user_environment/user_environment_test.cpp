// A user's environment works wherever a built-in one does.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "engine/environments/config.hpp"
#include "engine/memory/hash.hpp"
#include "tests/engine/differences.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"

namespace lockstep {
namespace {

const PolicySpec random_policy{.name = "random"};

VectorEnvConfig config_of(std::int64_t worlds, Autoreset mode = Autoreset::same_step) {
    return {.id = "NoisyIntegrator-v0", .num_envs = worlds, .seed = 3, .autoreset = mode};
}

template <class Real>
std::uint64_t chained_hash(const VectorEnvConfig& config) {
    VectorEnv<Real> env(config);
    std::vector<std::int32_t> actions(static_cast<std::size_t>(config.num_envs));
    Hash chain;
    for (int t = 0; t < 200; ++t) {
        env.act(random_policy, actions);
        env.step(actions);
        chain.mix(env.hash());
    }
    return chain.value();
}

template <class Real>
void check_observation(const VectorEnv<Real>& env) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(env.size()); ++i) {
        const Real position = env.state(0)[i], velocity = env.state(1)[i];
        REQUIRE(env.observation(0)[i] == position);
        REQUIRE(env.observation(1)[i] == position + velocity);
        REQUIRE(env.observation(2)[i] == std::abs(velocity));
    }
}

template <class Real>
void check_rollout() {
    VectorEnv<Real> rolled(config_of(75)), stepped(config_of(75));
    const EpisodeTotals totals = rolled.rollout(random_policy, 150);
    std::vector<std::int32_t> actions(75);
    std::int64_t episodes = 0, steps = 0;
    double sum = 0;
    for (int t = 0; t < 150; ++t) {
        stepped.act(random_policy, actions);
        stepped.step(actions);
        for (std::size_t i = 0; i < 75; ++i) {
            if ((stepped.terminated()[i] | stepped.truncated()[i]) == 0) continue;
            ++episodes, steps += stepped.episode_length()[i];
            sum += stepped.episode_return()[i];
        }
    }
    CHECK(test::difference(rolled, stepped) == "");
    CHECK(totals.episodes == episodes);
    CHECK(totals.steps == steps);
    // Some hundred returns, added in another order and, for f32, partly in single precision.
    CHECK(totals.return_sum == Approx(sum).epsilon(sizeof(Real) == 4 ? 1e-5 : 1e-13));
}

}  // namespace

TEST_CASE("a user's environment is listed after the built-in ones, and found", "[user]") {
    const std::vector<EnvironmentEntry> all = environments();
    REQUIRE(all.size() > builtin_environments().size());
    CHECK(all.back().id.id == std::string("NoisyIntegrator-v0"));
    CHECK(find_environment("NoisyIntegrator-v0").tables.about().state_count() == 2);
    test::check_refused([] { find_environment("NoisyIntegrater-v0"); },
                        {"did you mean 'NoisyIntegrator-v0'", "CartPole-v1"});
}

TEST_CASE("a user's environment steps as it is written", "[user]") {
    VectorEnvConfig config = config_of(20);
    config.settings.parameters["noise"] = {0};
    VectorEnv<double> env(config);
    std::vector<std::int32_t> actions(20);
    std::vector<double> position(env.state(0).begin(), env.state(0).end()), velocity(20, 0.0);
    for (int t = 0; t < 5; ++t) {
        for (std::size_t i = 0; i < 20; ++i) actions[i] = static_cast<std::int32_t>(i % 3);
        env.step(actions);
        check_observation(env);
        for (std::size_t i = 0; i < 20; ++i) {
            if (position[i] > 5) continue;  // its episode has ended
            velocity[i] = 0.875 * velocity[i] + 0.125 * (actions[i] - 1);
            position[i] = position[i] + 0.5 * velocity[i];
            const bool ended = std::abs(position[i]) > 1.5;
            CHECK(env.reward()[i] == -(position[i] * position[i]));
            CHECK(env.terminated()[i] == ended);
            CHECK((ended ? env.final_observation(0) : env.state(0))[i] == position[i]);
            if (ended) position[i] = 10;
        }
    }
    CHECK_THROWS_AS(env.step(std::vector<std::int32_t>(20, 3)), ConfigError);
}

TEST_CASE("a user's environment begins as it draws: in the middle more often", "[user]") {
    // The sum of two uniforms in +-1/2 is within +-1/2 with probability 3/4; the standard deviation
    // of the share over 100,000 worlds is 0.0014, times five.
    const VectorEnv<float> env(config_of(100000));
    double inside = 0, sum = 0;
    for (const float position : env.state(0)) {
        REQUIRE(std::abs(position) <= 1);
        inside += std::abs(position) <= 0.5F;
        sum += position;
    }
    CHECK(inside / 1e5 == Approx(0.75).margin(0.007));
    // Its deviation is sqrt(1/6); that of the mean is 0.0013, times five.
    CHECK(sum / 1e5 == Approx(0).margin(0.0065));
}

TEST_CASE("a user's environment is shaken, each world and step by noise of its own", "[user]") {
    VectorEnv<float> env(config_of(1000));
    for (std::int64_t i = 0; i < 1000; ++i) env.set_state(i, std::array<float, 2>{});
    std::vector<float> seen;
    for (int t = 0; t < 3; ++t) {
        env.step(std::vector<std::int32_t>(1000, 1));
        seen.insert(seen.end(), env.state(1).begin(), env.state(1).end());
    }
    std::sort(seen.begin(), seen.end());
    // 3,000 draws among some 10^7 values: a few coincide by chance.
    CHECK(std::unique(seen.begin(), seen.end()) - seen.begin() > 2980);
}

TEST_CASE("a user's environment truncates, terminates and begins again in each mode", "[user]") {
    for (const Autoreset mode : {Autoreset::next_step, Autoreset::same_step, Autoreset::disabled}) {
        VectorEnv<float> env(config_of(100, mode));
        std::vector<std::int32_t> actions(100);
        int terminated = 0, truncated = 0;
        for (int t = 0; t < 300; ++t) {
            env.act(random_policy, actions);
            env.step(actions);
            check_observation(env);
            for (std::size_t i = 0; i < 100; ++i) {
                terminated += env.terminated()[i], truncated += env.truncated()[i];
                if (mode == Autoreset::disabled || env.truncated()[i] == 0) continue;
                CHECK(env.episode_length()[i] == 60);
            }
        }
        CHECK(terminated > 0);
        CHECK(truncated > 0);
    }
}

TEST_CASE("a user's environment takes parameters and choices", "[user]") {
    VectorEnvConfig config = config_of(100);
    config.settings.choices["wall"] = "bouncing";
    config.settings.parameters["limit"] = {0.5};
    VectorEnv<float> env(config);
    const EpisodeTotals totals = env.rollout(random_policy, 60);
    CHECK(totals.steps == 6000);
    config.settings.parameters["noise"] = {11};
    test::check_refused([&] { VectorEnv<float> bad(config); }, {"noise", "11", "allowed 0 to 10"});
}

TEST_CASE("a user's environment has the policies that fit its actions", "[user]") {
    VectorEnv<float> env(config_of(100));
    std::vector<std::int32_t> actions(100);
    std::array<int, 3> counts{};
    for (int t = 0; t < 300; ++t) {
        env.act(random_policy, actions);
        for (const std::int32_t a : actions) counts.at(static_cast<std::size_t>(a)) += 1;
        env.step(actions);
    }
    // 30,000 draws: the standard deviation of each count is 82, times five.
    for (const int count : counts) CHECK(std::abs(count - 10000) < 410);
    test::check_refused([&] { env.rollout({.name = "basic"}, 1); },
                        {"unknown policy 'basic'", "random"});
}

TEST_CASE("a user's environment rolls out as it steps", "[user]") {
    check_rollout<float>();
    check_rollout<double>();
}

TEST_CASE("a user's environment gives the same bits on every instruction set", "[user]") {
    for (const Autoreset mode : {Autoreset::next_step, Autoreset::same_step, Autoreset::disabled}) {
        VectorEnvConfig config = config_of(131, mode);
        config.isa = Isa::scalar;
        const std::uint64_t single = chained_hash<float>(config);
        const std::uint64_t wide = chained_hash<double>(config);
        for (const Isa isa : built_isas) {
            if (!supported(isa)) continue;
            CAPTURE(name(isa));
            config.isa = isa;
            CHECK(chained_hash<float>(config) == single);
            CHECK(chained_hash<double>(config) == wide);
        }
    }
}

TEST_CASE("a world of a user's environment alone replays as in the crowd", "[user]") {
    VectorEnvConfig config = config_of(100);
    VectorEnv<double> crowd(config), crowd_rolled(config);
    config.num_envs = 1;
    config.first_world = 77;
    VectorEnv<double> alone(config), alone_rolled(config);
    std::vector<std::int32_t> actions(100);
    for (int t = 0; t < 150; ++t) {
        crowd.act(random_policy, actions);
        crowd.step(actions);
        alone.step(std::span(actions).subspan(77, 1));
        REQUIRE(alone.state(0)[0] == crowd.state(0)[77]);
        REQUIRE(alone.state(1)[0] == crowd.state(1)[77]);
    }
    alone_rolled.rollout(random_policy, 150), crowd_rolled.rollout(random_policy, 150);
    CHECK(alone_rolled.state(0)[0] == crowd_rolled.state(0)[77]);
    CHECK(alone_rolled.state(0)[0] == alone.state(0)[0]);
}

TEST_CASE("totals of a user's environment are one for every split of the work", "[user]") {
    // Returns that are not whole numbers show the order in which they are added.
    VectorEnvConfig config = config_of(1003);
    const EpisodeTotals totals = VectorEnv<float>(config).rollout(random_policy, 300);
    for (const int threads : {2, 3, 8}) {
        for (const std::int64_t block : {16, 48, 1024}) {
            CAPTURE(threads, block);
            config.threads = threads;
            config.block = block;
            const EpisodeTotals split = VectorEnv<float>(config).rollout(random_policy, 300);
            CHECK(split.episodes == totals.episodes);
            CHECK(split.return_sum == totals.return_sum);
            CHECK(split.return_square_sum == totals.return_square_sum);
        }
    }
}

TEST_CASE("snapshots of a user's environment restore", "[user]") {
    VectorEnv<float> env(config_of(40)), restored(config_of(40));
    env.rollout(random_policy, 33);
    restored.restore(env.snapshot());
    env.rollout(random_policy, 100), restored.rollout(random_policy, 100);
    CHECK(test::difference(env, restored) == "");
}

}  // namespace lockstep

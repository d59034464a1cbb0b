// Snapshots: worlds continue from one as if nothing had happened, and nothing else passes for one.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "tests/engine/chained_hash.hpp"
#include "tests/engine/differences.hpp"
#include "tests/engine/modes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"

namespace lockstep {
namespace {

using test::modes;
using test::seedings;

template <class Real>
void check_snapshot(VectorEnvConfig config) {
    VectorEnv<Real> env(config);
    test::MixedActions actions(config);
    for (int t = 0; t < 37; ++t) env.step(actions.next(env));
    const std::vector<std::byte> snapshot = env.snapshot();
    test::MixedActions same_actions = actions;

    // With the work split differently, and another seed.
    config.threads = 2;
    config.block = 16;
    config.seed += 100;
    VectorEnv<Real> restored(config);
    restored.restore(snapshot);
    CHECK(test::difference(env, restored) == "");
    for (int t = 0; t < 60; ++t) {
        CAPTURE(t);
        env.step(actions.next(env));
        restored.step(same_actions.next(restored));
        REQUIRE(test::difference(env, restored) == "");
    }
    env.reset(), restored.reset();
    CHECK(test::difference(env, restored) == "");
    CHECK((env.snapshot() == restored.snapshot()));
}

}  // namespace

TEST_CASE("a restored snapshot goes on as the original does", "[snapshot]") {
    for (const Autoreset mode : modes) {
        for (const Seeding seeding : seedings) {
            CAPTURE(static_cast<int>(mode), static_cast<int>(seeding));
            VectorEnvConfig config{.id = "CartPole-v1", .num_envs = 75, .autoreset = mode};
            config.seeding = seeding;
            check_snapshot<float>(config);
            check_snapshot<double>(config);
        }
    }
}

TEST_CASE("a snapshot keeps the time, so that random policies go on", "[snapshot]") {
    VectorEnv<float> env({.id = "CartPole-v1", .num_envs = 40, .seed = 1});
    VectorEnv<float> restored({.id = "CartPole-v1", .num_envs = 40, .seed = 2});
    env.rollout({.name = "random"}, 45);
    restored.restore(env.snapshot());
    env.rollout({.name = "random"}, 45);
    restored.rollout({.name = "random"}, 45);
    CHECK(test::difference(env, restored) == "");
}

namespace {

bool refuses(VectorEnv<float>& env, std::span<const std::byte> snapshot) {
    try {
        env.restore(snapshot);
    } catch (const ConfigError&) {
        return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a snapshot with any byte changed is refused, with nothing restored", "[snapshot]") {
    for (const Seeding seeding : seedings) {
        VectorEnvConfig config{.id = "CartPole-v1", .num_envs = 3, .seeding = seeding};
        VectorEnv<float> env(config);
        const std::vector<std::byte> snapshot = env.snapshot();
        env.step(std::array{1, 0, 1});
        const std::vector<std::byte> before = env.snapshot();
        std::string accepted;
        for (std::size_t i = 0; i < snapshot.size(); ++i) {
            std::vector<std::byte> damaged = snapshot;
            damaged[i] ^= std::byte{0x10};
            if (!refuses(env, damaged)) accepted += " " + std::to_string(i);
        }
        CHECK(accepted == "");
        CHECK((env.snapshot() == before));
    }
}

TEST_CASE("a snapshot of another length is refused, with nothing restored", "[snapshot]") {
    VectorEnv<float> env({.id = "CartPole-v1", .num_envs = 3, .seeding = Seeding::gymnasium});
    const std::vector<std::byte> snapshot = env.snapshot();
    env.step(std::array{1, 0, 1});
    const std::vector<std::byte> before = env.snapshot();
    for (std::size_t size = 0; size < snapshot.size(); size += 7) {
        CAPTURE(size);
        CHECK_THROWS_AS(env.restore(std::span(snapshot).first(size)), ConfigError);
    }
    CHECK_THROWS_AS(env.restore(std::span(snapshot).first(snapshot.size() - 1)), ConfigError);
    std::vector<std::byte> longer = snapshot;
    longer.push_back(std::byte{0});
    CHECK_THROWS_AS(env.restore(longer), ConfigError);
    CHECK((env.snapshot() == before));
    test::check_refused([&] { env.restore({}); }, {"not a snapshot"});
}

TEST_CASE("a snapshot of another configuration is refused", "[snapshot]") {
    const VectorEnvConfig base{.id = "CartPole-v1", .num_envs = 20};
    VectorEnv<float> env(base);
    std::vector<VectorEnvConfig> others(7, base);
    others[0].id = "CartPole-v0";
    others[1].num_envs = 21;
    others[2].autoreset = Autoreset::disabled;
    others[3].seeding = Seeding::gymnasium;
    others[4].settings.parameters["gravity"] = {9.9};
    others[5].settings.choices["sutton_barto_reward"] = "true";
    others[6].first_world = 1;
    for (std::size_t i = 0; i < others.size(); ++i) {
        CAPTURE(i);
        const std::vector<std::byte> foreign = VectorEnv<float>(others[i]).snapshot();
        test::check_refused([&] { env.restore(foreign); }, {"snapshot", "another configuration"});
    }
    const std::vector<std::byte> wide = VectorEnv<double>(base).snapshot();
    test::check_refused([&] { env.restore(wide); }, {"snapshot", "another configuration"});
    VectorEnvConfig swapped = base;  // the same numbers, but of other parameters
    swapped.settings.parameters["masscart"] = {0.1};
    swapped.settings.parameters["masspole"] = {1.0};
    const std::vector<std::byte> exchanged = VectorEnv<float>(swapped).snapshot();
    CHECK_THROWS_AS(env.restore(exchanged), ConfigError);
}

}  // namespace lockstep

// The numbers contract: a result is a pure function of configuration and seed. ctest runs this
// program once for each instruction set, so equal constants are equal bits across all of them.

#include <algorithm>
#include <string>
#include <vector>

#include "tests/engine/chained_hash.hpp"
#include "tests/engine/differences.hpp"
#include "tests/support/catch.hpp"

namespace lockstep {
namespace {

using test::hexadecimal;
using test::MixedActions;
using test::play;
using test::Run;

constexpr int thread_counts[] = {1, 2, 3, 8};
constexpr std::int64_t block_sizes[] = {16, 48, 1024};

void for_each_split(VectorEnvConfig config, auto&& body) {
    for (const int threads : thread_counts) {
        for (const std::int64_t block : block_sizes) {
            CAPTURE(threads, block);
            config.threads = threads;
            config.block = block;
            body(config);
        }
    }
}

template <class Real>
void check_run(const Run& run) {
    for_each_split(test::config_of(run), [&](const VectorEnvConfig& config) {
        CHECK(hexadecimal(test::chained_hash<Real>(config, run.steps)) ==
              hexadecimal(run.expected<Real>()));
    });
}

template <class Real>
std::uint64_t hash_of_world(const VectorEnv<Real>& env, std::size_t world) {
    Hash hash;
    const auto add = [&](const auto& column) { hash.add(column.subspan(world, 1)); };
    for (int k = 0; k < env.about().state_count(); ++k) {
        add(env.state(k)), add(env.observation(k)), add(env.final_observation(k));
    }
    add(env.reward()), add(env.terminated()), add(env.truncated());
    add(env.episode_return()), add(env.episode_length());
    return hash.value();
}

template <class Real>
std::vector<std::uint64_t> history(const VectorEnvConfig& config, std::int64_t steps,
                                   std::size_t world) {
    std::vector<std::uint64_t> hashes;
    play<Real>(config, steps,
               [&](const VectorEnv<Real>& env) { hashes.push_back(hash_of_world(env, world)); });
    return hashes;
}

template <class Real>
void check_alone(const Run& run, std::uint32_t world) {
    CAPTURE(run.name, world);
    VectorEnvConfig config = test::config_of(run);
    const auto in_the_crowd = history<Real>(config, run.steps, world);
    config.num_envs = 1;
    config.first_world = world;
    CHECK(history<Real>(config, run.steps, 0) == in_the_crowd);
}

// Every world its own pole and track.
EnvSettings settings_per_world(std::int64_t worlds) {
    EnvSettings settings;
    for (std::int64_t i = 0; i < worlds; ++i) {
        settings.parameters["length"].push_back(0.3 + 0.001 * static_cast<double>(i));
        settings.parameters["x_threshold"].push_back(i % 5 == 0 ? 0.3 : 2.4);
    }
    return settings;
}

EnvSettings unusual_settings() {
    EnvSettings settings;
    settings.choices["kinematics_integrator"] = "semi-implicit euler";
    settings.choices["sutton_barto_reward"] = "true";
    return settings;
}

PolicySpec linear_per_world(std::int64_t worlds) {
    PolicySpec policy{.name = "linear"};
    for (const double weight : {0.1, 0.3, 1.0, 0.5}) {
        for (std::int64_t i = 0; i < worlds; ++i) {
            policy.weights.push_back(i % 2 == 0 ? weight : -weight);
        }
    }
    return policy;
}

// The reference: one act and one step at a time.
template <class Real>
EpisodeTotals act_and_step(VectorEnv<Real>& env, const PolicySpec& policy, std::int64_t steps) {
    EpisodeTotals totals;
    std::vector<std::int32_t> actions(static_cast<std::size_t>(env.size()));
    for (std::int64_t t = 0; t < steps; ++t) {
        env.act(policy, actions);
        env.step(actions);
        for (std::size_t i = 0; i < actions.size(); ++i) {
            if ((env.terminated()[i] | env.truncated()[i]) == 0) continue;
            const double total = env.episode_return()[i];
            totals.episodes += 1;
            totals.steps += env.episode_length()[i];
            totals.return_sum += total;
            totals.return_square_sum += total * total;
        }
    }
    return totals;
}

void check_totals(const EpisodeTotals& a, const EpisodeTotals& b) {
    CHECK(a.episodes == b.episodes);
    CHECK(a.steps == b.steps);
    // Exact: CartPole's returns are whole numbers, so the order of additions does not matter.
    CHECK(a.return_sum == b.return_sum);
    CHECK(a.return_square_sum == b.return_square_sum);
}

template <class Real>
void check_rollout(const VectorEnvConfig& config, const PolicySpec& policy) {
    VectorEnv<Real> rolled(config), stepped(config);
    std::int64_t episodes = 0;
    // 1: no fused step; 300: more than one flush of lane sums.
    for (const std::int64_t steps : {1, 2, 17, 300}) {
        CAPTURE(policy.name, policy.weights.size(), steps);
        const EpisodeTotals totals = rolled.rollout(policy, steps);
        check_totals(totals, act_and_step(stepped, policy, steps));
        CHECK(test::difference(rolled, stepped) == "");
        episodes += totals.episodes;
    }
    CHECK(episodes > 0);
}

template <class Real>
void check_rollouts(const EnvSettings& settings) {
    constexpr std::int64_t worlds = 131;  // a group of three vectors, single ones, and a tail
    const VectorEnvConfig config{
        .id = "CartPole-v0", .num_envs = worlds, .seed = 3, .settings = settings};
    check_rollout<Real>(config, {.name = "random"});
    check_rollout<Real>(config, {.name = "basic"});
    check_rollout<Real>(config, {.name = "linear", .weights = {0.1, 0.3, 1.0, 0.5}});
    check_rollout<Real>(config, linear_per_world(worlds));
}

}  // namespace

TEST_CASE("every split of the work gives the hash written down, f32", "[determinism]") {
    for (const Run& run : test::runs) {
        DYNAMIC_SECTION(run.name) { check_run<float>(run); }
    }
}

TEST_CASE("every split of the work gives the hash written down, f64", "[determinism]") {
    for (const Run& run : test::runs) {
        DYNAMIC_SECTION(run.name) { check_run<double>(run); }
    }
}

TEST_CASE("the recorded runs see ends of both kinds", "[determinism]") {
    for (const Run& run : test::runs) {
        CAPTURE(run.name);
        std::int64_t terminated = 0, truncated = 0;
        play<float>(test::config_of(run), run.steps, [&](const VectorEnv<float>& env) {
            for (const std::uint8_t flag : env.terminated()) terminated += flag;
            for (const std::uint8_t flag : env.truncated()) truncated += flag;
        });
        CHECK(terminated > run.worlds / 2);
        CHECK((truncated > 10 || run.steps < 200));
    }
}

TEST_CASE("a world alone replays as in the crowd", "[determinism]") {
    for (const Run& run : test::runs) {
        for (const std::uint32_t world : {0U, 17U, 999U, 1002U}) {
            check_alone<float>(run, world);
            check_alone<double>(run, world);
        }
    }
}

TEST_CASE("neighbors and the place in a vector do not matter", "[determinism]") {
    VectorEnvConfig config = test::config_of(test::runs[1]);
    const auto in_the_crowd = history<float>(config, 300, 500);
    config.num_envs = 37;
    config.first_world = 480;
    CHECK(history<float>(config, 300, 20) == in_the_crowd);
}

TEST_CASE("another seed or another world gives other numbers", "[determinism]") {
    VectorEnvConfig config{.id = "CartPole-v1", .num_envs = 64, .seed = 1};
    const std::uint64_t hash = VectorEnv<float>(config).hash();
    config.seed = std::uint64_t{1} << 32U;
    CHECK(VectorEnv<float>(config).hash() != hash);
    config.seed = 1;
    config.first_world = 1;
    CHECK(VectorEnv<float>(config).hash() != hash);
}

TEST_CASE("Gymnasium's seeding gives one result for every split of the work", "[determinism]") {
    for (const Seeding seeding : {Seeding::gymnasium, Seeding::gymnasium_shared}) {
        for (const Autoreset mode : {Autoreset::same_step, Autoreset::next_step}) {
            VectorEnvConfig base = test::config_of(test::runs[3]);
            base.seeding = seeding;
            base.autoreset = mode;
            const std::uint64_t expected = test::chained_hash<double>(base, 30);
            for (const int threads : thread_counts) {
                CAPTURE(threads);
                base.threads = threads;
                base.block = 48;
                CHECK(test::chained_hash<double>(base, 30) == expected);
            }
        }
    }
}

TEST_CASE("a rollout equals as many steps", "[determinism][rollout]") {
    check_rollouts<float>({});
    check_rollouts<double>({});
}

TEST_CASE("a rollout equals as many steps, each world its own parameters",
          "[determinism][rollout]") {
    check_rollouts<float>(settings_per_world(131));
    check_rollouts<double>(settings_per_world(131));
}

TEST_CASE("a rollout equals as many steps, unusual settings", "[determinism][rollout]") {
    check_rollouts<float>(unusual_settings());
    check_rollouts<double>(unusual_settings());
}

TEST_CASE("steps and rollouts mix", "[determinism][rollout]") {
    const VectorEnvConfig config{.id = "CartPole-v1", .num_envs = 200, .seed = 5};
    VectorEnv<float> mixed(config), rolled(config);
    const PolicySpec policy{.name = "random"};
    for (const std::int64_t steps : {3, 33, 1, 64}) {
        act_and_step(mixed, policy, 7);
        mixed.rollout(policy, steps);
        rolled.rollout(policy, 7 + steps);
        CHECK(test::difference(mixed, rolled) == "");
    }
}

TEST_CASE("a world alone rolls out as in the crowd", "[determinism][rollout]") {
    VectorEnvConfig config = test::config_of(test::random_rollout);
    VectorEnv<float> crowd(config);
    crowd.rollout({.name = "random"}, 333);
    config.num_envs = 1;
    for (const std::uint32_t world : {0U, 17U, 999U}) {
        CAPTURE(world);
        config.first_world = world;
        VectorEnv<float> alone(config);
        alone.rollout({.name = "random"}, 333);
        CHECK(hash_of_world(alone, 0) == hash_of_world(crowd, world));
    }
}

TEST_CASE("every split of a rollout gives the hash written down", "[determinism][rollout]") {
    const Run& run = test::random_rollout;
    for_each_split(test::config_of(run), [&](const VectorEnvConfig& config) {
        CHECK(hexadecimal(test::rollout_hash<float>(config, run.steps)) == hexadecimal(run.f32));
        CHECK(hexadecimal(test::rollout_hash<double>(config, run.steps)) == hexadecimal(run.f64));
    });
}

}  // namespace lockstep

// Actor-critic, A2C and PPO: what they learn, that neither lanes, neighbors nor threads change it,
// and which settings they refuse.

#include <algorithm>
#include <cmath>

#include <lockstep/agent.hpp>
#include <lockstep/statistics.hpp>

#include "agents/actor_critic/learners.hpp"
#include "agents/actor_critic/population.hpp"
#include "tests/agents/small_ppo.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"

namespace lockstep::test {
namespace {

TrainConfig config_of(const std::string& env, const Agent& agent,
                      const std::vector<std::string>& settings, std::int64_t learners = 16) {
    TrainConfig config{.env = env, .learners = learners, .threads = 1};
    for (const std::string& one : settings) set(config, agent, one);
    return config;
}

// Includes a falling learning rate.
ActorCriticSettings small() {
    ActorCriticSettings settings = small_ppo();
    settings.anneal_lr = true;
    return settings;
}

struct Learnt {
    std::vector<float> parameters;
    std::vector<float> returns;
    std::int64_t steps = 0;
    LearnerStage stage = LearnerStage::not_begun;
    bool operator==(const Learnt&) const = default;
};

std::vector<Learnt> learn(const TrainConfig& config,
                          const std::vector<ActorCriticSettings>& settings, std::int64_t learners) {
    std::vector<Learnt> all(static_cast<std::size_t>(learners));
    const ActorCriticPopulation<float> population(config, settings[0]);
    population.learn(settings, learners,
                     [&](const TrainedActorCritic<float>& one) {
                         all[static_cast<std::size_t>(one.learner)] = {
                             {one.parameters.begin(), one.parameters.end()},
                             logged_returns<float>(one.log),
                             one.steps,
                             one.stage};
                     },
                     {});
    return all;
}

double value_of_start(const std::vector<std::string>& env_settings) {
    // No hidden layer, and a state within 0.05 of 0: the value head's bias is its value.
    const Agent& agent = find_agent("a2c");
    std::vector<std::string> settings = {"hidden=none", "gamma=0.9", "learning_rate=0.05",
                                         "max_grad_norm=0", "steps=60000"};
    settings.insert(settings.end(), env_settings.begin(), env_settings.end());
    const TrainResult result = lockstep::train(agent, config_of("CartPole-v1", agent, settings, 1));
    return result.networks.at(0).back();
}

std::vector<double> scores(const std::string& env, const Agent& agent,
                           const std::vector<std::string>& settings) {
    TrainConfig config = config_of(env, agent, settings);
    config.test_episodes = 100;
    config.threads = 0;
    return train(agent, config).test_scores;
}

}  // namespace

TEST_CASE("a learner learns the same alone and in a crowd, on any number of threads",
          "[actor-critic]") {
    for (const char* env : {"CartPole-v1", "FrozenLake-v1", "Pendulum-v1"}) {
        CAPTURE(env);
        TrainConfig config{.env = env, .seed = 7, .threads = 1};
        std::vector<ActorCriticSettings> settings;
        for (int i = 0; i < 40; ++i) {
            settings.push_back(small());
            settings.back().gamma = 1 - 0.01 * i;
            settings.back().optimizer.learning_rate = 1e-3 * (i + 1);
            settings.back().clip_range = i % 3 == 0 ? 0 : 0.1 * i;
        }
        const std::vector<Learnt> crowd = learn(config, settings, 40);
        for (const int threads : {2, 3}) {
            config.threads = threads;
            CHECK(learn(config, settings, 40) == crowd);
        }
        for (const std::size_t i : {0UL, 5UL, 17UL, 39UL}) {
            TrainConfig alone = config;
            alone.seed += i;
            CHECK(learn(alone, {settings[i]}, 1)[0] == crowd[i]);
        }
        CHECK(crowd[0].parameters != crowd[1].parameters);
    }
}

TEST_CASE("a saved learner goes on with the same bits in another lane", "[actor-critic]") {
    const char* env = GENERATE("CartPole-v1", "Pendulum-v1");
    CAPTURE(env);
    const NetworkEnv<float> world({.env = env});
    const ActorCriticSettings settings = small();
    const ActorCriticShape shape = make_shape(settings, world.inputs(), world.action_shape());
    ActorCriticLearners<float> first(world, shape, settings), second(world, shape, settings);
    for (int lane = 0; lane < lane_count; ++lane) {
        first.assign_lane(lane, settings, static_cast<std::uint64_t>(lane));
        second.assign_lane(lane, settings, 100);
    }
    first.iterate(), second.iterate();
    second.load(11, settings, first.save(2));
    for (int i = 0; i < 3; ++i) first.iterate(), second.iterate();
    CHECK(second.parameters(11) == first.parameters(2));
    CHECK(second.save(11) == first.save(2));
    CHECK(second.parameters(10) != first.parameters(2));
}

TEST_CASE("a learner that breaks down is told, and disturbs nobody", "[actor-critic]") {
    const TrainConfig config{.env = "CartPole-v1", .threads = 1};
    std::vector<ActorCriticSettings> settings(16, small());
    const std::vector<Learnt> sound = learn(config, settings, 16);
    settings[5].optimizer.learning_rate = 1e38;
    settings[5].anneal_lr = false;
    const std::vector<Learnt> broken = learn(config, settings, 16);
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 5) continue;
        CHECK(broken[i] == sound[i]);
        CHECK(broken[i].stage == LearnerStage::finished);
    }
    CHECK(broken[5].stage == LearnerStage::failed);
    CHECK(broken[5].steps == 64);

    const Agent& agent = find_agent("ppo");
    const TrainResult result =
        train(agent, config_of("CartPole-v1", agent,
                               {"optimizer=sgd", "learning_rate=1000", "max_grad_norm=0",
                                "vf_coef=1000", "steps=512"}));
    REQUIRE(result.failed.size() == 16);
    CHECK(result.failed[0].step % 256 == 0);
    CHECK(result.test_scores.empty());
}

TEST_CASE("training that is resumed is training that was not interrupted", "[actor-critic][once]") {
    const Agent& agent = find_agent("ppo");
    const auto train = [&](const char* steps, std::span<const LearnerState> resume) {
        TrainConfig config = config_of("CartPole-v1", agent, {"anneal_lr=false", steps}, 20);
        config.resume = resume;
        return lockstep::train(agent, config);
    };
    // 1000 steps are three updates, and the fourth covers the whole budget.
    TrainResult half = train("steps=1000", {});
    const TrainResult whole = train("steps=2000", {});
    const TrainResult resumed = train("steps=2000", half.states);
    CHECK(resumed.hash == whole.hash);
    CHECK(resumed.networks == whole.networks);
    CHECK(resumed.states == whole.states);
    CHECK(resumed.networks != half.networks);
    CHECK(resumed.env_steps == whole.env_steps);
    CHECK(resumed.env_steps_before == half.env_steps);
    REQUIRE(resumed.curve.size() == whole.curve.size());
    for (std::size_t i = 0; i < whole.curve.size(); ++i)
        CHECK(resumed.curve[i].values == whole.curve[i].values);

    // A failed learner is left out, and the others are unaffected.
    half.states[3] = make_state({LearnerStage::failed, {256}});
    const TrainResult fewer = train("steps=2000", half.states);
    CHECK(fewer.networks[3].empty());
    CHECK(fewer.networks[4] == whole.networks[4]);
    REQUIRE(fewer.failed.size() == 1);
    CHECK(fewer.failed[0].step == 256);

    half.states[4] = whole.states[4];
    check_refused([&] { train("steps=2000", half.states); }, {"after 3 and 7 updates"});
    check_refused([&] { train("steps=2000", std::vector<LearnerState>(20, LearnerState(3))); },
                  {"a state of 3 bytes"});
}

TEST_CASE("a minibatch of one sample is refused where advantages are normalized",
          "[actor-critic]") {
    using Settings = std::vector<const char*>;
    const auto train = [](const char* id, const Settings& settings) {
        const Agent& agent = find_agent(id);
        TrainConfig config{.env = "CartPole-v1", .threads = 1};
        config.settings["steps"] = 64;
        for (const char* setting : settings) set(config, agent, setting);
        lockstep::train(agent, config);
    };
    const std::pair<const char*, Settings> refused[] = {
        {"ppo", {"num_envs=1", "num_steps=8", "num_minibatches=8"}},
        {"ppo", {"num_steps=1"}},
        {"ppo", {"num_envs=4", "num_steps=2"}},
        {"actor-critic", {"normalize_advantage=true"}},
        {"a2c", {"normalize_advantage=true", "num_envs=1", "num_steps=1"}},
        {"ppo", {"execution=batched", "num_envs=1", "num_steps=8", "num_minibatches=8"}},
        {"ppo",
         {"execution=batched", "num_envs=1", "num_steps=5", "num_minibatches=3"}},  // 1, 2, 2
    };
    for (const auto& [agent, settings] : refused) {
        CAPTURE(agent, settings);
        check_refused([&, &id = agent, &said = settings] { train(id, said); },
                      {"num_minibatches", "normalize_advantage=false"});
        Settings free = settings;
        free.push_back("normalize_advantage=false");
        CHECK_NOTHROW(train(agent, free));
    }
    CHECK_NOTHROW(train("ppo", {"num_envs=1", "num_steps=8", "num_minibatches=4"}));
    CHECK_NOTHROW(
        train("ppo", {"execution=batched", "num_envs=2", "num_steps=3", "num_minibatches=3"}));

    // One learner that differs is enough.
    for (const char* execution : {"population", "batched"}) {
        const Agent& agent = find_agent("a2c");
        std::vector<LearnerConfig> each(3);
        each[2].settings["normalize_advantage"] = true;
        TrainConfig config{.env = "CartPole-v1", .threads = 1, .learner_overrides = each};
        config.settings = {
            {"steps", 64}, {"num_envs", 1}, {"num_steps", 1}, {"execution", execution}};
        check_refused([&] { lockstep::train(agent, config); }, {"normalize_advantage=false"});
    }
}

TEST_CASE("a falling rate goes on with the same budget alone", "[actor-critic]") {
    for (const char* execution : {"execution=population", "execution=batched"}) {
        const Agent& agent = find_agent("ppo");
        TrainConfig config = config_of("CartPole-v1", agent, {"steps=512", execution});
        const TrainResult whole = train(agent, config);
        config.resume = whole.states;
        CHECK(train(agent, config).hash == whole.hash);
        set(config, agent, "steps=1024");
        check_refused([&] { train(agent, config); }, {"anneal_lr=true", "anneal_lr=false"});
    }
}

TEST_CASE("values go on after truncation, and end with termination", "[actor-critic]") {
    // The reward is 1 and, except for one start in fifty, no later step counts: the value is 1, or
    // 1 + 0.9 + 0.9^2 + ... = 10. After 60,000 steps Adam still moves it by far less than a
    // twentieth of the difference.
    CHECK(value_of_start({"max_episode_steps=1"}) == Approx(10).margin(0.4));
    CHECK(value_of_start({"theta_threshold_radians=0.001"}) == Approx(1).margin(0.4));
    CHECK(value_of_start({"max_episode_steps=1", "theta_threshold_radians=0.001"}) ==
          Approx(1).margin(0.4));
}

TEST_CASE("batched and population are two executions of one learner", "[actor-critic][once]") {
    // Sums of up to 640 numbers are added in another order: each of 40 optimizer steps is off by
    // some 640 roundings of 1e-16, and Adam divides by gradients that may be a hundredth of their
    // terms. A different action would show at 1e-3.
    constexpr double tolerance = 1e-9;
    const auto train = [](const Agent& agent, const char* execution) {
        std::vector<std::string> settings = {"num_minibatches=1", "num_envs=20", "steps=6400",
                                             "max_episode_steps=30", execution};
        TrainConfig config = config_of("CartPole-v1", agent, settings, 2);
        config.precision = Precision::f64;
        return lockstep::train(agent, config);
    };
    for (const char* id : {"a2c", "ppo"}) {
        const Agent& agent = find_agent(id);
        CAPTURE(agent.id);
        const TrainResult population = train(agent, "execution=population");
        const TrainResult batched = train(agent, "execution=batched");
        double most = 0;
        for (std::size_t i = 0; i < 2; ++i) {
            REQUIRE(batched.networks[i].size() == population.networks[i].size());
            for (std::size_t p = 0; p < batched.networks[i].size(); ++p)
                most = std::max(most, std::abs(batched.networks[i][p] - population.networks[i][p]));
        }
        CHECK(most > 0);  // the two programs really differ
        CHECK(most < tolerance);
        REQUIRE(batched.curve.size() == population.curve.size());
        for (std::size_t k = 0; k < batched.curve.size(); ++k) {
            CHECK(batched.curve[k].at == population.curve[k].at);
            CHECK(batched.curve[k].values == population.curve[k].values);
        }
    }
}

TEST_CASE("a world of tables is learnt", "[actor-critic][once]") {
    // An apple is worth 10, a step -0.1, wolf, water and the edge -10: one death in twenty would
    // fail this test.
    CHECK(mean(scores("Gridworld-v0", find_agent("a2c"),
                      {"steps=12800", "max_episode_steps=100"})) > 9);
}

TEST_CASE(
    "the defaults of ppo balance the pole in a quarter of their steps, and no learner without a "
    "rate does",
    "[actor-critic][once]") {
    CHECK(interquartile_mean(scores("CartPole-v1", find_agent("ppo"), {"steps=25600"})) >= 475);
    CHECK(interquartile_mean(
              scores("CartPole-v1", find_agent("ppo"), {"learning_rate=0", "steps=2048"})) < 200);
}

TEST_CASE("settings that do not fit are refused", "[actor-critic]") {
    const auto train = [](const Agent& agent, const std::vector<std::string>& settings) {
        lockstep::train(agent, config_of("CartPole-v1", agent, settings, 1));
    };
    check_refused([&] { train(find_agent("ppo"), {"num_minibatches=7"}); },
                  {"num_minibatches", "256", "7"});
    check_refused([&] { train(find_agent("ppo"), {"steps=100"}); }, {"steps = 100", "256"});
    check_refused(
        [&] {
            train(find_agent("ppo"), {"num_steps=1000000", "num_envs=4096", "steps=2e9"});
        },
        {"steps = 2000000000"});
    check_refused(
        [&] {
            train(find_agent("ppo"), {"num_steps=400000", "num_envs=4096", "steps=2e9"});
        },
        {"num_steps, num_envs", "2^31"});
    check_refused(
        [&] {
            train(find_agent("a2c"), {"num_envs=4097", "steps=1e6"});
        },
        {"num_envs = 4097", "4096", "execution=batched"});
    check_refused([&] { train(find_agent("a2c"), {"residual=true"}); },
                  {"residual", "gae_lambda=0"});
    check_refused([&] { train(find_agent("ppo"), {"gamma=1.5"}); }, {"gamma", "from 0 to 1"});
    check_refused([&] { train(find_agent("ppo"), {"learning_rate=nan"}); },
                  {"learning_rate", "nan"});
    check_refused([&] { train(find_agent("ppo"), {"hidden=0"}); }, {"hidden", "0"});
    ActorCriticSettings other = small();
    other.update_epochs = 3;
    check_refused(
        [&] {
            learn({.env = "CartPole-v1", .threads = 1}, {small(), other}, 2);
        },
        {"update_epochs"});
}

}  // namespace lockstep::test

// Recorded episodes are the ones that evaluation counts.

#include <algorithm>

#include <lockstep/agent.hpp>
#include <lockstep/evaluation.hpp>

#include "agents/network/acting_network.hpp"
#include "agents/network/network_spec.hpp"
#include "agents/recording/recording.hpp"
#include "agents/tabular/acting_table.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/random.hpp"

namespace lockstep {
namespace {

constexpr std::int64_t episodes = 20;
constexpr std::int32_t no_end = 100'000;

void check_recordings(const TrainConfig& config, const Agent& agent, const Learnt& learnt,
                      const std::vector<double>& returns) {
    REQUIRE(std::ssize(returns) == episodes);
    for (std::size_t e = 0; e < returns.size(); ++e) {
        CAPTURE(e);
        const Recording whole =
            record_episode(config, agent, learnt, static_cast<std::uint32_t>(e), no_end);
        CHECK(whole.episode_return == returns[e]);
        CHECK((whole.terminated || whole.truncated));
        const Recording part =
            record_episode(config, agent, learnt, static_cast<std::uint32_t>(e), 3);
        REQUIRE(part.states.size() == std::min<std::size_t>(4, whole.states.size()));
        CHECK(std::equal(part.states.begin(), part.states.end(), whole.states.begin()));
    }
}

TrainConfig config_of(const char* env, Precision precision) {
    TrainConfig config{.env = env, .seed = 5, .precision = precision, .threads = 1};
    config.test_episodes = episodes;
    return config;
}

TEST_CASE("a policy's recorded episodes are the evaluated ones", "[recording]") {
    for (const Precision precision : {Precision::f32, Precision::f64}) {
        const TrainConfig config = config_of("CartPole-v1", precision);
        const PolicySpec policy{"linear", {-0.04, 0.4, 0.2, 0.7}};
        check_recordings(config, find_agent("random-search"), policy,
                         test_scores(config, {policy}));
        const TrainConfig pendulum = config_of("Pendulum-v1", precision);
        for (const PolicySpec& other : {PolicySpec{"random"}, PolicySpec{"linear", {1, -2, 0.5}}})
            check_recordings(pendulum, find_agent("random-search"), other,
                             test_scores(pendulum, {other}));
    }
}

TEST_CASE("a table's recorded episodes are the evaluated ones", "[recording][once]") {
    for (const char* env : {"CartPole-v1", "Gridworld-v0", "GridworldHard-v0", "FrozenLake-v1"}) {
        CAPTURE(env);
        for (const char* agent_id : {"q-learning", "tabular-reinforce"}) {
            CAPTURE(agent_id);
            TrainConfig config = config_of(env, Precision::f32);
            const Agent& agent = find_agent(agent_id);
            set(config, agent, "episodes=200");
            const TrainResult result = train(agent, config);
            check_recordings(config, agent, result.tables[0], result.test_scores);
        }
    }
}

template <bool greedy>
void acting(const TrainConfig&, int inputs, ActionShape actions, ActingNetwork& network) {
    const NetworkShape shape = make_shape({.hidden = {8}}, inputs, actions.count + 1);
    network = {shape,
               {1, actions.count, actions.continuous ? shape.parameters : -1},
               greedy,
               shape.parameters + 2};
}

TEST_CASE("a network's recorded episodes are the evaluated ones", "[recording]") {
    auto random = test::random_numbers("networks that act");
    for (const char* env : {"CartPole-v1", "FrozenLake-v1", "Taxi-v3", "Pendulum-v1"}) {
        CAPTURE(env);
        for (const auto network : {acting<true>, acting<false>}) {
            TrainConfig config = config_of(env, Precision::f64);
            Agent agent{"with a network", "", {}};
            agent.network = network;
            const auto size = static_cast<std::size_t>(acting_network(config, agent).parameters);
            std::vector<double> parameters(size);
            for (double& p : parameters) p = std::normal_distribution<>()(random);
            check_recordings(config, agent, parameters,
                             network_scores(config, agent, {&parameters, 1}));

            parameters.pop_back();
            const std::string words = "a network of " + std::to_string(size - 1) + " parameters";
            test::check_refused([&] { network_scores(config, agent, {&parameters, 1}); }, {words});
            test::check_refused([&] { record_episode(config, agent, parameters, 0, 1); }, {words});
        }
    }
}

TEST_CASE("networks score the same alone as beside others, and failed ones not at all",
          "[recording]") {
    auto random = test::random_numbers("networks that act");
    TrainConfig config = config_of("CartPole-v1", Precision::f32);
    config.threads = 2;
    Agent agent{"with a network", "", {}};
    agent.network = acting<true>;
    std::vector<std::vector<double>> networks(4);
    for (const std::size_t i : {0U, 1U, 3U}) {
        networks[i].resize(static_cast<std::size_t>(acting_network(config, agent).parameters));
        for (double& p : networks[i]) p = std::normal_distribution<>()(random);
    }
    const auto means = network_scores(config, agent, networks);
    REQUIRE(means.size() == 3);
    config.seed += 3;
    CHECK(means[2] == mean(network_scores(config, agent, {&networks[3], 1})));
    CHECK(network_scores(config, agent, {&networks[2], 1}).empty());
    test::check_refused([&] { acting_network(config, find_agent("q-learning")); },
                        {"q-learning has no networks"});
}

}  // namespace
}  // namespace lockstep

// What is known about learners before any is trained: every agent's check reports what its training
// would, and the study finds which setting is at fault.

#include <functional>
#include <string>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

#include "agents/sweep/objectives/learners.hpp"
#include "agents/sweep/study/feasibility.hpp"
#include "agents/sweep/study/file.hpp"
#include "tests/agents/sweep/studies.hpp"
#include "tests/support/catch.hpp"

namespace lockstep::sweep {
namespace {

using lockstep::test::fault_of;

struct Refused {
    const char *agent, *env;
    std::vector<const char*> settings;
};

const std::vector<Refused>& refused() {
    static const std::vector<Refused> all{
        {"q-learning", "MDP-v0", {}},
        {"sarsa", "FrozenLake-v1", {"map_name=5x5"}},
        {"expected-sarsa", "MDP-v0", {}},
        {"double-q", "MDP-v0", {"max_episode_steps=1000000000"}},
        {"bandit", "Bandit-v0", {"rewards=x"}},
        {"tabular-reinforce", "FrozenLake-v1", {"max_episode_steps=1000000000"}},
        {"value-iteration", "CartPole-v1", {}},
        {"q-iteration", "CartPole-v1", {}},
        {"random-search", "FrozenLake-v1", {}},
        {"cem", "FrozenLake-v1", {}},
        {"actor-critic", "CartPole-v1", {"residual=true", "gae_lambda=0.5"}},
        {"a2c", "CartPole-v1", {"steps=10"}},
        {"a2c", "CartPole-v1", {"execution=batched", "num_minibatches=9"}},
        {"ppo", "CartPole-v1", {"num_minibatches=7"}},
        {"ppo", "CartPole-v1", {"hidden=8-8", "activation=relu-relu-relu"}},
        {"ppo", "CartPole-v1", {"num_envs=5000", "steps=1000000"}},
        {"reinforce", "CartPole-v1", {"bootstrap=true"}},
        {"reinforce", "FrozenLake-v1", {"loss=square"}},
        {"reinforce", "MarkovChain-v0", {}},
        {"dqn", "CartPole-v1", {"buffer_size=8"}},
        {"dqn", "CartPole-v1", {"double=true", "target=none"}},
    };
    return all;
}

TrainConfig config_of(const Refused& one) {
    TrainConfig config{.env = one.env};
    for (const char* setting : one.settings) set(config, find_agent(one.agent), setting);
    return config;
}

}  // namespace

TEST_CASE("an agent's check says what its training would", "[study-checks]") {
    for (const Refused& one : refused()) {
        CAPTURE(one.agent, one.env, one.settings);
        const Agent& agent = find_agent(one.agent);
        for (const Precision precision : {Precision::f32, Precision::f64}) {
            TrainConfig config = config_of(one);
            config.precision = precision;
            const std::string fault = fault_of([&] { check(agent, config); });
            CHECK(fault != "none");
            CHECK(fault_of([&] { train(agent, config); }) == fault);
        }
    }
}

TEST_CASE("an agent's check lets pass what can be trained", "[study-checks]") {
    for (const Agent& agent : agents()) {
        CAPTURE(agent.id);
        const std::string id = agent.id;
        const bool columns = agent.network || id == "random-search" || id == "cem";
        const TrainConfig config{.env = columns ? "CartPole-v1" : "FrozenLake-v1"};
        CHECK(fault_of([&] { check(agent, config); }) == "none");
    }
}

TEST_CASE("too few steps for any learner are told", "[study-checks]") {
    const auto fault = [](const char* id, const char* env, const char* setting, std::int64_t most) {
        TrainConfig config{.env = env, .max_steps = most};
        set(config, find_agent(id), setting);
        return fault_of([&] { check(find_agent(id), config); });
    };
    for (const auto& [id, env] :
         {std::pair("q-learning", "FrozenLake-v1"), std::pair("tabular-reinforce", "FrozenLake-v1"),
          std::pair("reinforce", "CartPole-v1"), std::pair("dqn", "CartPole-v1")}) {
        CAPTURE(id);
        CHECK_THAT(fault(id, env, "episodes=70", 69),
                   ContainsSubstring("max_steps = 69") && ContainsSubstring("at least 70 steps"));
        CHECK(fault(id, env, "episodes=70", 70) == "none");
    }
    CHECK(fault("q-learning", "FrozenLake-v1", "steps=50", 50) == "none");
    CHECK_THAT(fault("ppo", "CartPole-v1", "steps=1000", 767), ContainsSubstring("at least 768"));
    CHECK(fault("ppo", "CartPole-v1", "steps=1000", 768) == "none");
    CHECK_THAT(fault("random-search", "CartPole-v1", "candidates=30", 30),
               ContainsSubstring("at least 31"));
}

TEST_CASE("constraints that nothing keeps are told, and how sure that is", "[study-checks]") {
    using test::choice;
    using test::scaled;
    using test::uniform;
    const Space few({scaled("a", Scale::integer, 1, 9), choice("b", {"2", "3"})},
                    {"a < 1", "b divides a"});
    CHECK(constraints_fault(few, false) ==
          "constraint 'a < 1': none of the 18 configurations keeps it");
    const Space together({scaled("a", Scale::integer, 1, 9)}, {"a < 4", "a > 5"});
    CHECK(constraints_fault(together, false) ==
          "constraints: none of the 9 configurations keeps them all");
    const Space wide({uniform("a", 0, 1), uniform("b", 0, 1)}, {"a + b > 2"});
    CHECK(constraints_fault(wide, false) ==
          "constraint 'a + b > 2': none of 10,000 random configurations keeps it");
    CHECK(constraints_fault(Space({uniform("a", 0, 1), uniform("b", 0, 1)}, {"a + b > 1.9"}), false)
              .empty());
    // One in a hundred thousand is found because all are examined.
    const Space one({scaled("a", Scale::integer, 1, 316), scaled("b", Scale::integer, 1, 316)},
                    {"a + b > 631"});
    CHECK(constraints_fault(one, false).empty());
    // Some points between those of a grid may satisfy them.
    SearchParameter x = uniform("a", 0, 1);
    x.points = 3;
    const Space grid({x}, {"a > 0.1", "a < 0.4"});
    CHECK(constraints_fault(grid, false).empty());
    CHECK(constraints_fault(grid, true) ==
          "constraints: none of the 3 configurations keeps them all");
}

TEST_CASE("a study is checked the same way twice", "[study-checks]") {
    const Study study = read_study(
        "[study]\nenv = \"CartPole-v1\"\nagent = \"ppo\"\n[space]\n"
        "num_minibatches = {choice = [8, 7, 9]}\nlearning_rate = {log = [1e-4, 1e-2]}",
        "a.toml");
    const auto objective = make_learners(study);
    const std::string fault = fault_of([&] { objective->check(); });
    CHECK_THAT(fault, ContainsSubstring("a.toml:5: num_minibatches = 7: "));
    CHECK_THAT(fault, ContainsSubstring("a.toml:5: num_minibatches = 9: "));
    CHECK(fault_of([&] { objective->check(); }) == fault);
}

}  // namespace lockstep::sweep

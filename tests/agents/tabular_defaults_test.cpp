// What tabular learners reach in well-known environments with their default settings.

#include <algorithm>
#include <cmath>

#include <lockstep/agent.hpp>
#include <lockstep/statistics.hpp>

#include "agents/dynamic_programming/solve.hpp"
#include "engine/finite/board.hpp"
#include "engine/machine/parallel.hpp"
#include "tests/agents/setting_values.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tables.hpp"
#include "tools/reproduce/systems/policy_value.hpp"
#include "tools/reproduce/systems/walks.hpp"

namespace lockstep::test {
namespace {

TrainResult trained(const char* id, const TrainConfig& config) { return train(id, config); }

// The value of value iteration's policy, with default settings, from the start to the time limit.
double optimum(const std::string& env) {
    const FiniteMdp mdp = mdp_of(env);
    const TrainResult solved = trained("value-iteration", {.env = env, .threads = 1});
    const std::vector<double> q = solved.tables[0].dense();
    PolicyEvaluationOptions question;
    question.max_steps = resolve({}, find_environment(env), 1).time_limit;
    return evaluate(mdp, deterministic_policy(mdp, greedy_actions(q, mdp.actions)), question).value;
}

// The mean test return of 64 learners.
double mean_score(const char* agent, const std::string& env) {
    TrainConfig config{.env = env, .learners = 64, .test_episodes = 100};
    return mean(trained(agent, config).test_scores);
}

// Whether a greedy walk by the table is a shortest safe one from every cell that has one.
bool walks_shortest(const FiniteMdp& mdp, const std::vector<double>& q) {
    const std::vector<std::int64_t> fewest = fewest_steps(mdp);
    return std::ranges::all_of(mdp.starts, [&](std::uint32_t start) {
        if (fewest[start] < 0) return true;
        const Walk walk = greedy_walk(mdp, {q}, start, 100);
        return walk.end == WalkEnd::goal && walk.steps() == fewest[start];
    });
}

}  // namespace

TEST_CASE("the frozen lake without slip is solved", "[defaults]") {
    for (const char* env : {"FrozenLake-v1", "FrozenLake8x8-v1"}) {
        CAPTURE(env);
        TrainConfig config{.env = env, .learners = 256, .test_episodes = 1};
        config.env_settings = settings_of(env, {"is_slippery=false"});
        const auto scores = trained("q-learning", config).test_scores;
        CHECK(static_cast<double>(std::ranges::count(scores, 1)) >= 0.99 * 256);
    }
}

TEST_CASE("Q-learning comes near the optimum", "[defaults]") {
    for (const char* env : {"FrozenLake-v1", "FrozenLake8x8-v1", "Taxi-v3", "CliffWalking-v1"}) {
        const double best = optimum(env), score = mean_score("q-learning", env);
        CAPTURE(env, best, score);
        CHECK(score >= best - 0.05 * std::abs(best));
    }
}

TEST_CASE("the other learners come near the optimum where nothing slips", "[defaults]") {
    for (const char* agent : {"sarsa", "expected-sarsa", "double-q"}) {
        for (const char* env : {"Taxi-v3", "CliffWalking-v1"}) {
            const double best = optimum(env), score = mean_score(agent, env);
            CAPTURE(agent, env, best, score);
            CHECK(score >= best - 0.05 * std::abs(best));
        }
    }
}

TEST_CASE("random boards are learnt to the shortest safe path from every cell", "[defaults]") {
    constexpr std::int64_t boards = 100;
    const Folder folder;
    std::vector<std::string> files;
    for (std::uint64_t seed = 0; seed < boards; ++seed)
        files.push_back(folder.file(std::to_string(seed), format(random_board(8, 8, {}, seed))));
    for (const char* agent : {"q-learning", "sarsa", "expected-sarsa", "double-q"}) {
        std::vector<char> good(boards);
        Workers(0).for_each(boards, [&](std::int64_t i) {
            const auto board = static_cast<std::size_t>(i);
            const std::vector<std::string> file = {"board=" + files[board]};
            TrainConfig config{.env = "Gridworld-v0", .threads = 1};
            config.env_settings = settings_of(config.env, file);
            good[board] =
                walks_shortest(mdp_of(config.env, file), trained(agent, config).tables[0].dense());
        });
        CAPTURE(agent);
        CHECK(std::ranges::count(good, 1) >= 95);
    }
}

TEST_CASE("a rate or share that is given stays what it is", "[defaults]") {
    const Agent& agent = find_agent("q-learning");
    TrainConfig config{.env = "Gridworld-v0"};
    CHECK(setting(config, agent, "epsilon_decay_episodes") == 8000);
    CHECK(setting(config, agent, "epsilon_final") == 0.05);
    CHECK(setting(config, agent, "learning_rate_visit_decay") == 0.02);
    set(config, agent, "epsilon=0.3");
    set(config, agent, "learning_rate=0.2");
    CHECK(setting(config, agent, "epsilon_decay_episodes") == 0);
    CHECK(setting(config, agent, "epsilon_final") == 0);
    CHECK(setting(config, agent, "learning_rate_visit_decay") == 0);
    set(config, agent, "epsilon_decay_episodes=50");
    CHECK(setting(config, agent, "epsilon_decay_episodes") == 50);
    TrainConfig softly{.env = "Gridworld-v0"};
    set(softly, agent, "exploration=softmax");
    CHECK(setting(softly, agent, "epsilon") == 0);
    CHECK(setting(softly, agent, "epsilon_final") == 0);
}

}  // namespace lockstep::test

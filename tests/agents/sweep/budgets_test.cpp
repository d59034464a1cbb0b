// Every agent has a budget, and halving and hyperband divide it up.

#include <algorithm>
#include <cmath>

#include <lockstep/agent.hpp>
#include <lockstep/statistics.hpp>

#include "agents/dynamic_programming/solve.hpp"
#include "agents/sweep/objectives/learners.hpp"
#include "agents/sweep/schedulers/registry.hpp"
#include "tests/agents/setting_values.hpp"
#include "tests/agents/sweep/rows.hpp"
#include "tests/agents/sweep/studies.hpp"
#include "tests/support/tables.hpp"

namespace lockstep::sweep {
namespace {

using test::MemoryLog, test::run_in_memory;

// A small study of each agent.
struct Case {
    const char *agent, *env;
    double budget;
    std::map<std::string, std::string> set;
};
const std::map<std::string, std::string> schedule = {{"epsilon_decay_episodes", "20"}};
const Case cases[] = {
    {"random-search", "CartPole-v1", 40, {{"keep", "3"}, {"validation_episodes", "2"}}},
    {"cem", "CartPole-v1", 27, {{"population_size", "16"}}},
    {"q-learning", "FrozenLake-v1", 90, schedule},
    {"sarsa", "Gridworld-v0", 60, {{"epsilon", "0.5"}, {"epsilon_decay_episodes", "20"}}},
    {"expected-sarsa", "Gridworld-v0", 60, {{"epsilon", "0.5"}, {"epsilon_decay_episodes", "20"}}},
    {"double-q", "Gridworld-v0", 60, schedule},
    {"bandit", "Bandit-v0", 90, {}},
    {"tabular-reinforce", "Gridworld-v0", 60, {}},
    {"value-iteration", "FrozenLake-v1", 27, {}},
    {"q-iteration", "FrozenLake-v1", 27, {}},
    {"actor-critic", "CartPole-v1", 1728, {{"hidden", "4"}}},
    {"a2c", "CartPole-v1", 1728, {{"hidden", "4"}}},
    {"ppo", "CartPole-v1", 3456, {{"hidden", "4"}, {"num_envs", "2"}, {"num_steps", "64"}}},
    {"reinforce", "CartPole-v1", 27, {{"hidden", "4"}, {"activation", "tanh"}}},
    {"dqn", "CartPole-v1", 600, {{"hidden", "4"}, {"learning_starts", "50"}}},
};

Study study_of(const Case& c, std::string_view scheduler) {
    Study study;
    study.env = c.env, study.agent = c.agent, study.set = c.set, study.budget = c.budget;
    study.scheduler = scheduler, study.eta = 3;
    study.trials = 9, study.generation = 9, study.tuning_seeds = 2, study.first_seeds = 1;
    study.top = 1, study.validation_seeds = 2, study.test_seeds = 2, study.test_episodes = 2;
    const Agent& agent = find_agent(c.agent);
    SearchParameter searched = test::choice("episodes", {"1", "2"});
    for (const char* name : {"gamma", "elite_fraction"})
        if (lockstep::test::has_setting(agent, name)) searched = test::uniform(name, 0.5, 0.99);
    study.space = Space({searched}, {});
    return study;
}

// The score of a row's learner when it is trained directly with the row's budget.
double score_alone(const Study& study, const TrialRow& row, std::int64_t index) {
    const Agent& agent = find_agent(study.agent);
    TrainConfig config{.env = study.env, .threads = 1, .test_episodes = study.test_episodes};
    for (const auto& [name, text] : study.set) set(config, agent, name + "=" + text);
    if (!std::isnan(row.values[0]))  // else the default is used
        set(config, agent, study.space[0].name + "=" + study.space.text(0, row.values[0]));
    config.settings[budget_of(agent)->name] = row.budget;
    config.seed = learner_seed(study, row.role, row.first_seed + index);
    return mean(train(agent, config).test_scores);
}

}  // namespace

TEST_CASE("every agent has one budget", "[budgets]") {
    for (const Agent& agent : agents()) {
        CAPTURE(agent.id);
        CHECK(std::ranges::count_if(agent.settings, &Setting::budget) == 1);
        CHECK(std::ranges::count(cases, agent.id, &Case::agent) == 1);
        CHECK(budget_of(agent)->value.number() >= 1);
    }
}

TEST_CASE("rungs of halving and hyperband are trainings with less budget", "[budgets]") {
    for (const Case& c : cases) {
        for (const char* scheduler : {"halving", "hyperband"}) {
            CAPTURE(c.agent, scheduler);
            Study study = study_of(c, scheduler);
            const auto objective = make_learners(study);
            resolve(study, *objective);
            const MemoryLog log = run_in_memory(study, *objective, {.threads = 2});
            std::vector<double> budgets;
            for (const auto& [key, row] : log.rows) {
                CAPTURE(row.trial, row.role, row.stage, row.budget, row.message);
                REQUIRE(row.state == TrialState::complete);
                budgets.push_back(row.budget);
                for (std::int64_t i = 0; i < row.seeds; ++i)
                    CHECK(row.scores[static_cast<std::size_t>(i)] == score_alone(study, row, i));
            }
            std::ranges::sort(budgets);
            CHECK(std::unique(budgets.begin(), budgets.end()) - budgets.begin() > 2);
            CHECK(budgets[0] < c.budget);
        }
    }
}

TEST_CASE("without a word about budgets, halving shares out the default", "[budgets]") {
    for (const Case& c : cases) {
        Study study = study_of(c, "halving");
        study.budget = 0;
        const auto objective = make_learners(study);
        resolve(study, *objective);
        CAPTURE(c.agent);
        CHECK(study.budget == budget_of(find_agent(c.agent))->value.number());
        CHECK_NOTHROW(make_scheduler(study));
    }
}

TEST_CASE("iteration ends after as many sweeps as it may make", "[budgets]") {
    const FiniteMdp mdp = lockstep::test::mdp_of("FrozenLake-v1");
    const ValueSolution seven = value_iteration(mdp, 0.95, 0, 7);
    const std::vector<double> expected[] = {q_backup(mdp, 0.95, seven.values),
                                            q_iteration(mdp, 0.95, 7).q};
    int at = 0;
    for (const char* id : {"value-iteration", "q-iteration"}) {
        const Agent& agent = find_agent(id);
        TrainConfig config{.env = "FrozenLake-v1"};
        set(config, agent, "sweeps=7");
        const TrainResult result = train(agent, config);
        CHECK(result.figures.at("sweeps") == 7);
        CHECK(result.figures.at("converged") == 0);
        CHECK(result.tables[0].dense() == expected[at++]);
    }
}

}  // namespace lockstep::sweep

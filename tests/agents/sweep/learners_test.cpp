// Learners as objectives: trials that share lanes score what their learners score alone, and
// failing ones affect no others.

#include <cmath>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>
#include <lockstep/statistics.hpp>

#include "agents/sweep/objectives/learners.hpp"
#include "engine/environments/config.hpp"
#include "tests/agents/sweep/rows.hpp"
#include "tests/agents/sweep/studies.hpp"

namespace lockstep::sweep {
namespace {

using lockstep::test::fault_of, test::bytes, test::MemoryLog, test::run_in_memory;

// Networks of two shapes and optimizers, and settings that differ per learner.
Study reinforce_study() {
    Study study;
    study.env = "CartPole-v1", study.agent = "reinforce", study.scheduler = "full";
    study.trials = 20, study.generation = 10, study.tuning_seeds = 3, study.first_seeds = 1;
    study.top = 2, study.validation_seeds = 2, study.test_seeds = 2;
    study.test_episodes = 3, study.budget = 12;
    study.set = {{"checkpoints", "2"}, {"gamma", "0.95"}, {"activation", "tanh"}};
    study.space = Space(
        {test::choice("hidden", {"4", "6-4"}), test::scaled("learning_rate", Scale::log, 1e-4, 0.1),
         test::choice("optimizer", {"sgd", "adam"}),
         test::below(test::scaled("beta1", Scale::logit, 0.5, 0.99), 2, {1}),
         test::choice("gradient", {"average", "sum"})},
        {});
    return study;
}

// The score of a row's learner when it is trained alone, in one go.
double score_alone(const Study& study, const TrialRow& row, std::int64_t index) {
    const Agent& agent = find_agent(study.agent);
    TrainConfig config{.env = study.env, .threads = 1, .test_episodes = study.test_episodes};
    for (const auto& [name, text] : study.set) set(config, agent, name + "=" + text);
    for (int i = 0; i < study.space.size(); ++i) {
        const double value = row.values[static_cast<std::size_t>(i)];
        if (std::isnan(value)) continue;
        set(config, agent, study.space[i].name + "=" + study.space.text(i, value));
    }
    config.settings[agent.settings[0].name] = row.budget;
    config.seed = learner_seed(study, row.role, row.first_seed + index);
    const TrainResult result = train(agent, config);
    return study.objective == Score::test ? mean(result.test_scores)
                                          : result.learners[0].training_return;
}

void check_alone(const Study& study, const TrialRow& row) {
    CAPTURE(row.trial, row.role, row.message);
    REQUIRE(row.state == TrialState::complete);
    REQUIRE(std::ssize(row.scores) == row.seeds);
    for (std::int64_t i = 0; i < row.seeds; ++i)
        CHECK(row.scores[static_cast<std::size_t>(i)] == score_alone(study, row, i));
}

std::vector<Outcome> outcomes(const Objective& objective, std::span<const Job> jobs) {
    std::vector<Outcome> all(jobs.size());
    objective.evaluate(jobs, {.threads = 2}, [&](std::int64_t i, Outcome&& outcome) {
        all[static_cast<std::size_t>(i)] = std::move(outcome);
    });
    return all;
}

// The outcomes of these jobs together, each compared with its outcome alone.
std::vector<Outcome> in_company(const Study& study,
                                const std::vector<std::vector<double>>& values) {
    const auto objective = make_learners(study);
    std::vector<Job> jobs;
    for (const auto& v : values) jobs.push_back({std::ssize(jobs), v, Role::tuning, 0, 3, 0, {}});
    const auto crowd = outcomes(*objective, jobs);
    for (std::size_t j = 0; j < jobs.size(); ++j) {
        CAPTURE(j);
        const Outcome alone = outcomes(*objective, std::span(jobs).subspan(j, 1))[0];
        CHECK(alone.state == crowd[j].state);
        CHECK(alone.scores == crowd[j].scores);
        CHECK(alone.steps == crowd[j].steps);
        CHECK(alone.message == crowd[j].message);
        CHECK(crowd[j].scores.size() == (crowd[j].state == TrialState::complete ? 3U : 0U));
    }
    return crowd;
}

}  // namespace

TEST_CASE("trials that share lanes score what their learners score alone", "[learners]") {
    Study study = reinforce_study();
    for (const Score score : {Score::test, Score::training}) {
        study.objective = score;
        // A second round uses new seeds.
        study.scheduler = score == Score::test ? "racing" : "full";
        const MemoryLog log = run_in_memory(study, *make_learners(study), {.threads = 2});
        CHECK(log.in_stage(0).size() == 20);
        CHECK(log.in_stage(1).empty() == (score == Score::training));
        for (const auto& [key, row] : log.rows) check_alone(study, row);
    }
}

TEST_CASE("rows of learners are the same on any threads and in any chunks", "[learners]") {
    for (const char* scheduler : {"racing", "halving"}) {
        Study study = reinforce_study();
        study.scheduler = scheduler;
        const auto objective = make_learners(study);
        resolve(study, *objective);
        const std::string rows = bytes(run_in_memory(study, *objective).rows);
        for (const EvaluateOptions& options :
             {EvaluateOptions{.threads = 2}, EvaluateOptions{.threads = 8, .chunk = 1},
              EvaluateOptions{.threads = 1, .chunk = 3}, EvaluateOptions{.keep_states = true}}) {
            CAPTURE(options.threads, options.chunk, options.keep_states);
            CHECK((bytes(run_in_memory(study, *objective, options).rows) == rows));
        }
    }
}

TEST_CASE("a learner that diverges is a state of its trial", "[learners]") {
    Study study = reinforce_study();
    study.set["episodes"] = "40";
    study.set["optimizer"] = "adamw";
    study.space = Space({test::choice("learning_rate", {"0.01", "1000"}),
                         test::choice("weight_decay", {"0", "1000"})},
                        {});
    const auto all = in_company(study, {{0, 0}, {1, 1}, {0, 0}, {1, 1}, {0, 0}});
    CHECK(all[0].state == TrialState::complete);
    CHECK(all[1].state == TrialState::diverged);
    CHECK(all[3].state == TrialState::diverged);
    CHECK(all[4].scores == all[0].scores);  // the seeds are the same
}

TEST_CASE("a learner whose time is up is a state of its trial", "[learners]") {
    Study study = reinforce_study();
    study.max_steps = 600;
    study.space = Space({test::choice("episodes", {"1", "200"})}, {});
    const auto all = in_company(study, {{0}, {1}, {0}});
    CHECK(all[0].state == TrialState::complete);
    CHECK(all[1].state == TrialState::step_limit);
    CHECK(all[1].steps >= 3 * 600);
    CHECK(all[2].scores == all[0].scores);
}

TEST_CASE("an exception is a state of its trial, with its message", "[learners]") {
    Study study = reinforce_study();
    study.agent = "ppo";
    study.set = {{"steps", "512"}, {"hidden", "4"}};
    study.space =
        Space({test::choice("num_minibatches", {"4", "7"}), test::uniform("gamma", 0.9, 1)}, {});
    const auto all = in_company(study, {{0, 0.95}, {1, 0.95}, {0, 0.99}, {1, 0.99}});
    CHECK(all[0].state == TrialState::complete);
    CHECK(all[1].state == TrialState::failed);
    CHECK_THAT(all[1].message, ContainsSubstring("num_minibatches"));
    CHECK(all[2].state == TrialState::complete);
    CHECK(all[3].state == TrialState::failed);
    // Trials share a population, and some of them have a setting that is not allowed.
    Study shared = study;
    shared.agent = "a2c", shared.set["residual"] = "true";
    shared.space = Space({test::choice("gae_lambda", {"0", "0.5"})}, {});
    const auto some = in_company(shared, {{0}, {1}, {0}, {0}, {1}, {0}});
    for (const std::size_t j : {0U, 2U, 3U, 5U}) CHECK(some[j].state == TrialState::complete);
    for (const std::size_t j : {1U, 4U})
        CHECK_THAT(some[j].message, ContainsSubstring("gae_lambda=0"));
    // A whole study of them ends like any other.
    study.trials = 12, study.generation = 4, study.budget = 256;
    study.space = Space({test::choice("num_minibatches", {"4", "7"}),
                         test::choice("num_steps", {"7", "8"}), test::uniform("gamma", 0.9, 1)},
                        {});
    const MemoryLog log = run_in_memory(study, *make_learners(study));
    for (std::int64_t t = 0; t < 12; ++t) {
        const std::vector<double>& values = log.at(t).values;
        CHECK((log.at(t).state == TrialState::failed) == (values[0] == 1 && values[1] == 1));
    }
}

TEST_CASE("populations go on bit for bit where states are lost", "[learners]") {
    Study study = reinforce_study();
    study.scheduler = "pbt", study.trials = 15, study.generation = 5, study.budget = 12;
    const auto objective = make_learners(study);
    const MemoryLog kept = run_in_memory(study, *objective, {.threads = 2});
    CHECK_FALSE(kept.at(14).state_bytes.empty());
    for (const std::int64_t every : {1, 2}) {  // every state is lost, or every second one
        MemoryLog resumed;
        for (const auto& [key, row] : kept.rows) {
            if (row.trial >= 8 || row.trial < 0) continue;
            resumed.rows.emplace(key, row);
            if (row.trial % every == 0) resumed.rows.at(key).state_bytes.clear();
        }
        sweep::run_study(study, *objective, resumed, {});
        CHECK((bytes(kept.rows) == bytes(resumed.rows)));
    }
    // A trial that kept its settings equals one that was trained in one go.
    int stayed = 0;
    for (std::int64_t t = 10; t < 15; ++t) {
        // Compares bits, since a value may be NaN.
        const auto same = [&](std::int64_t a, std::int64_t b) {
            const auto& x = kept.at(a).values;
            return std::memcmp(x.data(), kept.at(b).values.data(), x.size() * sizeof x[0]) == 0;
        };
        if (!same(t, t - 5) || !same(t, t - 10)) continue;
        check_alone(study, kept.at(t));
        ++stayed;
    }
    CHECK(stayed >= 3);
}

TEST_CASE("faults of a study of learners are told with their place", "[learners]") {
    const auto contains = [](const std::string& words) { return ContainsSubstring(words); };
    Study study = reinforce_study();
    study.env = "CartPole-v7";
    CHECK_THAT(fault_of([&] { make_learners(study); }),
               contains("study.env: ") && contains("CartPole-v1"));
    study = reinforce_study();
    study.agent = "reinfroce";
    CHECK_THAT(fault_of([&] { make_learners(study); }),
               contains("study.agent: ") && contains("'reinforce'"));
    study = reinforce_study();
    study.origins["space.learning_raet"] = "a.toml:9";
    study.set = {{"gama", "0.9"}, {"learning_rate", "0.1"}};
    study.space = Space({test::uniform("learning_raet", 0, 1), test::uniform("learning_rate", 0, 1),
                         test::uniform("gamma", 0.5, 2), test::uniform("episodes", 1, 9),
                         test::choice("optimizer", {"adam", "sgdd"})},
                        {});
    const std::string all = fault_of([&] { make_learners(study); });
    CHECK_THAT(all, contains("set.gama: ") && contains("'gamma'"));
    CHECK_THAT(all, contains("a.toml:9: ") && contains("'learning_rate'"));
    CHECK_THAT(all, contains("rate is in [set] too"));
    CHECK_THAT(all, contains("space.gamma: "));
    CHECK_THAT(all, contains("episodes takes whole numbers only"));
    CHECK_THAT(all, contains("space.optimizer: ") && contains("sgdd"));
}

}  // namespace lockstep::sweep

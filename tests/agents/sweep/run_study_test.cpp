// Studies in memory: the same rows on any number of threads, in any chunks, after any interruption.

#include <iostream>
#include <memory>
#include <random>

#include <lockstep/sweep/sampler.hpp>

#include "agents/sweep/objectives/functions.hpp"
#include "agents/sweep/samplers/registry.hpp"
#include "engine/environments/config.hpp"
#include "tests/agents/sweep/rows.hpp"
#include "tests/agents/sweep/studies.hpp"

namespace lockstep::sweep {
namespace {

using test::bytes, test::MemoryLog, test::run_in_memory, test::ScriptedObjective;

// Noisy, with a choice, a conditional, a constraint, and values that are not finite.
Study noisy_study(std::string_view sampler, std::string_view scheduler) {
    SearchParameter x0 = test::uniform("x0", -5, 10), x3 = test::uniform("x3", 0, 1);
    x0.points = 4, x3.points = 3;
    Study study;
    study.env = "function", study.agent = "rosenbrock", study.sampler = sampler;
    study.scheduler = scheduler, study.maximize = false;
    study.trials = 24, study.generation = 8, study.tuning_seeds = 4, study.first_seeds = 2;
    study.budget = 8, study.top = 3, study.validation_seeds = 3, study.test_seeds = 3;
    study.set = {{"noise", "3"}};
    study.space = Space({x0, test::choice("x1", {"0", "1", "1e200"}),
                         test::scaled("x2", Scale::pow2, 1, 4), test::below(x3, 1, {0, 1})},
                        {"x0 * x2 <= 8"});
    return study;
}

// Population based training continues from states, which functions do not have.
std::unique_ptr<Objective> objective_of(Study& study) {
    std::unique_ptr<Objective> objective;
    if (study.scheduler == "pbt") {
        objective = std::make_unique<ScriptedObjective>([](const Job& job, std::int64_t seed) {
            const double x = std::isnan(job.values[0]) ? 0 : job.values[0];
            return x > 5 ? std::nan("") : x * x + static_cast<double>(seed % 5);
        });
    } else {
        objective = make_function(study);
    }
    resolve(study, *objective);
    return objective;
}

// Runs the study until its log is full, and then again with some of the rows that were kept.
MemoryLog interrupted(const Study& study, const Objective& objective, std::size_t room,
                      const EvaluateOptions& options, std::mt19937_64& random) {
    MemoryLog first(room);
    CHECK_THROWS_AS(sweep::run_study(study, objective, first, {.evaluate = options}), test::Full);
    CHECK(first.rows.size() == room);
    MemoryLog second;
    const bool all = random() % 2 == 0;
    for (const auto& [key, row] : first.rows) {
        if (!all && random() % 3 == 0) continue;
        second.rows.emplace(key, row);
        // States are a cache, which may be lost.
        if (random() % 2 == 0) second.rows.at(key).state_bytes.clear();
    }
    const auto known = second.rows.size();
    std::size_t ran = 0;
    const StudyRun run = sweep::run_study(
        study, objective, second, {.evaluate = options, .ran = [&](const TrialRow&) { ++ran; }});
    CHECK(run.found == static_cast<std::int64_t>(known));
    CHECK(run.trials == 24);
    CHECK(ran == second.rows.size() - known);
    return second;
}

void check_interruptions(const Study& study, const Objective& objective, std::mt19937_64& random) {
    const MemoryLog whole = run_in_memory(study, objective);
    const std::string expected = bytes(whole.rows);
    CHECK(whole.syncs == 1);
    const std::size_t rows = whole.rows.size();
    std::size_t room = 0;
    for (; room < rows; room += 1 + random() % 9) {
        const EvaluateOptions options{.threads = static_cast<int>(1 + random() % 3),
                                      .chunk = static_cast<std::int64_t>(random() % 9),
                                      .keep_states = random() % 2 == 0};
        CAPTURE(room, rows, options.threads, options.chunk, options.keep_states);
        const MemoryLog log = interrupted(study, objective, room, options, random);
        CHECK((bytes(log.rows) == expected));
    }
}

}  // namespace

TEST_CASE("rows are the same for any number of threads and any chunk", "[run-study]") {
    for (const std::string_view sampler : sampler_names()) {
        for (const char* scheduler : {"full", "racing", "hyperband"}) {
            Study study = noisy_study(sampler, scheduler);
            const auto objective = objective_of(study);
            const std::string alone = bytes(run_in_memory(study, *objective).rows);
            CAPTURE(sampler, scheduler);
            for (const int threads : {1, 2, 8}) {
                for (const std::int64_t chunk : {1, 7, 1000}) {
                    const EvaluateOptions options{.threads = threads, .chunk = chunk};
                    CHECK((bytes(run_in_memory(study, *objective, options).rows) == alone));
                }
            }
        }
    }
}

TEST_CASE("rows are the same when many threads are at work", "[run-study]") {
    // Enough that no single thread does them all.
    Study study = noisy_study("random", "full");
    study.trials = study.generation = 4000;
    const auto objective = objective_of(study);
    const std::string alone = bytes(run_in_memory(study, *objective).rows);
    for (int repeat = 0; repeat < 3; ++repeat) {
        const EvaluateOptions options{.threads = 8, .chunk = 1};
        CHECK((bytes(run_in_memory(study, *objective, options).rows) == alone));
    }
}

TEST_CASE("an interrupted study ends with the rows of one that was not", "[run-study]") {
    const auto seed = std::random_device()();
    std::cout << "[seed " << seed << "] interruptions\n";
    std::mt19937_64 random(seed);
    for (const std::string_view sampler : sampler_names()) {
        for (const char* scheduler : {"full", "halving", "hyperband", "racing", "pbt"}) {
            CAPTURE(seed, sampler, scheduler);
            Study study = noisy_study(sampler, scheduler);
            const auto objective = objective_of(study);
            check_interruptions(study, *objective, random);
        }
    }
}

TEST_CASE("a study's seed changes its rows", "[run-study]") {
    Study study = noisy_study("random", "full");
    const std::string rows = bytes(run_in_memory(study, *make_function(study)).rows);
    study.seed = 1;
    CHECK((bytes(run_in_memory(study, *make_function(study)).rows) != rows));
}

TEST_CASE("a finished study is not run again", "[run-study]") {
    Study study = noisy_study("tpe", "racing");
    const ScriptedObjective objective(
        [](const Job& job, std::int64_t seed) { return static_cast<double>(job.trial + seed); });
    MemoryLog log = run_in_memory(study, objective);
    const std::string rows = bytes(log.rows);
    const std::int64_t evaluated = objective.evaluated;
    std::int64_t found = 0;
    const StudyRun run =
        sweep::run_study(study, objective, log, {.found = [&](const TrialRow&) { ++found; }});
    CHECK(objective.evaluated == evaluated);
    CHECK(found == run.found);
    CHECK(found == std::ssize(log.rows));
    CHECK((bytes(log.rows) == rows));
}

TEST_CASE("the best and the default are scored on seeds of their own", "[run-study]") {
    const Study study = noisy_study("random", "full");
    const MemoryLog log = run_in_memory(study, *make_function(study));
    int validated = 0, tested = 0;
    for (const auto& [key, row] : log.rows) {
        validated += row.role == Role::validation;
        tested += row.role == Role::test;
        if (row.state == TrialState::complete) CHECK(std::ssize(row.scores) == row.seeds);
    }
    CHECK(validated == 3);
    CHECK(tested == 4);
    const TrialRow& standard = log.at(default_trial, 0, Role::test);
    for (const double value : standard.values) CHECK(std::isnan(value));
    CHECK(standard.seeds == 3);
    CHECK(standard.state == TrialState::complete);
    CHECK(standard.budget == 8);
}

TEST_CASE("a log of other values is refused", "[run-study]") {
    const Study study = noisy_study("random", "full");
    const auto objective = make_function(study);
    MemoryLog log = run_in_memory(study, *objective);
    log.rows.at({5, Role::tuning, 0}).values[0] += 1e-9;
    CHECK_THROWS_WITH(sweep::run_study(study, *objective, log, {}),
                      ContainsSubstring("trial 5 of the store has other values"));
}

TEST_CASE("a row is found by trial, role and stage", "[run-study]") {
    const std::vector<double> values{1, 2};
    ResumeIndex known;
    const auto add = [&](Role role, std::int32_t stage, std::byte state) {
        TrialRow row;
        row.trial = 3, row.role = role, row.stage = stage, row.values = values;
        row.scores = {static_cast<double>(state)};
        row.state_bytes = packed({{state}, {}, {state, state}});
        known.add(std::move(row));
    };
    add(Role::test, 0, std::byte{'c'});
    add(Role::tuning, 1, std::byte{'d'});
    add(Role::validation, 0, std::byte{'b'});
    add(Role::tuning, 0, std::byte{'a'});
    const auto check = [&](Role role, std::int32_t stage, char letter) {
        const auto found = known.find({.trial = 3, .values = values, .role = role}, stage);
        REQUIRE(found);
        const auto state = static_cast<std::byte>(letter);
        CHECK(found->scores == std::vector<double>{static_cast<double>(letter)});
        CHECK(found->states == std::vector<LearnerState>{{state}, {}, {state, state}});
    };
    check(Role::tuning, 0, 'a');
    check(Role::tuning, 1, 'd');
    check(Role::validation, 0, 'b');
    check(Role::test, 0, 'c');
    CHECK_FALSE(known.find({.trial = 3, .values = values}, 2));
    CHECK_FALSE(known.find({.trial = 2, .values = values}, 0));
}

TEST_CASE("a plan counts what a study does", "[run-study]") {
    Study study = noisy_study("grid", "full");
    study.trials = 1000;
    const auto objective = make_function(study);
    const StudyPlan plan = plan_study(study, *objective);
    const MemoryLog log = run_in_memory(study, *objective);
    CHECK(plan.trials == std::ssize(log.in_stage(0)));
    CHECK(plan.trials == 4 * 3 * (3 + 3 + 1));
    CHECK(plan.generations == (plan.trials + 7) / 8);
    CHECK(plan.learners == static_cast<double>(plan.trials * 4 + 3 * (3 + 3) + 3));
}

TEST_CASE("a configuration that breaks a constraint is a row, and is not run", "[run-study]") {
    Study study = noisy_study("grid", "racing");
    study.trials = 1000;
    const ScriptedObjective objective([](const Job& job, std::int64_t) {
        return job.role == Role::tuning && job.values[0] * job.values[2] > 8 ? -1e9 : 0;
    });
    const MemoryLog log = run_in_memory(study, objective);
    int infeasible = 0;
    for (const auto& [key, row] : log.rows) {
        for (const double score : row.scores) CHECK(score == 0);
        if (row.state != TrialState::infeasible) continue;
        ++infeasible;
        CHECK(row.values[0] * row.values[2] > 8);
        CHECK(row.scores.empty());
        CHECK(row.steps == 0);
    }
    // Five combinations of x0 in -5, 0, 5, 10 and x2 in 1, 2, 4, with seven each of x1 and x3.
    CHECK(infeasible == 35);
}

}  // namespace lockstep::sweep

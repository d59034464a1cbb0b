// Studies that are made longer or shorter, stopped, or ended by their target have the same rows as
// studies that were configured that way from the beginning.

#include <iostream>
#include <random>

#include "agents/sweep/objectives/functions.hpp"
#include "agents/sweep/samplers/registry.hpp"
#include "agents/sweep/study/steering.hpp"
#include "tests/agents/sweep/rows.hpp"
#include "tests/agents/sweep/studies.hpp"

namespace lockstep::sweep {
namespace {

using test::bytes, test::MemoryLog, test::run_in_memory, test::ScriptedObjective;

constexpr std::string_view steerable[] = {"full", "racing", "halving", "hyperband"};

// Noisy, with a choice, a conditional and a constraint.
Study steered_study(std::string_view sampler, std::string_view scheduler) {
    SearchParameter x0 = test::uniform("x0", -5, 10), x3 = test::uniform("x3", 0, 1);
    x0.points = 5, x3.points = 4;
    Study study;
    study.env = "function", study.agent = "rosenbrock", study.sampler = sampler;
    study.scheduler = scheduler;
    study.trials = 40, study.generation = 8, study.tuning_seeds = 4, study.first_seeds = 2;
    study.budget = 8, study.min_budget = 1;
    study.top = 3, study.validation_seeds = 3, study.test_seeds = 3;
    study.set = {{"noise", "3"}};
    study.space = Space({x0, test::choice("x1", {"0", "1", "1e200"}),
                         test::scaled("x2", Scale::pow2, 1, 4), test::below(x3, 1, {0, 1})},
                        {"x0 * x2 <= 8"});
    return study;
}

Study with_trials(Study study, std::int64_t trials) {
    study.trials = trials;
    return study;
}

std::string name_of(const Study& study) { return study.sampler + ", " + study.scheduler; }

// Runs the study until this many rows were added, then stops it.
StudyRun run_stopped(const Study& study, const Objective& objective, MemoryLog& log,
                     std::int64_t rows) {
    std::stop_source stop;
    std::int64_t ran = 0;
    if (rows == 0) stop.request_stop();
    RunOptions options;
    options.evaluate.threads = 1, options.evaluate.chunk = 1;
    options.evaluate.stop = stop.get_token();
    options.ran = [&](const TrialRow&) {
        if (++ran >= rows) stop.request_stop();
    };
    return sweep::run_study(study, objective, log, options);
}

// What is kept next to the study's rows also has the same bits.
void check_ends_as(const MemoryLog& log, const Study& study, const Objective& objective) {
    CHECK((bytes(log.rows) == bytes(run_in_memory(study, objective).rows)));
    for (const auto& [key, row] : log.aside) CHECK_FALSE(log.rows.contains(key));
}

}  // namespace

TEST_CASE("a study with more trials ends as if it had had them from the beginning", "[steering]") {
    for (const std::string_view sampler : sampler_names()) {
        for (const std::string_view scheduler : steerable) {
            const Study study = steered_study(sampler, scheduler);
            const auto objective = make_function(study);
            CAPTURE(name_of(study));
            MemoryLog log;
            // In the middle of a generation, at its end, and one trial later.
            for (const std::int64_t trials : {5, 8, 13, 14, 24, 40}) {
                CAPTURE(trials);
                const Study longer = with_trials(study, trials);
                CHECK(can_become(with_trials(study, 3), longer));
                sweep::run_study(longer, *objective, log, {.evaluate = {.threads = 2}});
                check_ends_as(log, longer, *objective);
            }
        }
    }
}

TEST_CASE("a study with fewer trials sets the others aside, and loses none", "[steering]") {
    for (const std::string_view scheduler : steerable) {
        const Study study = steered_study("tpe", scheduler);
        const auto noise = make_function(study);
        CAPTURE(name_of(study));
        MemoryLog log = run_in_memory(study, *noise);
        const auto rows = log.rows.size();
        for (const std::int64_t trials : {11, 2, 30}) {
            const Study shorter = with_trials(study, trials);
            sweep::run_study(shorter, *noise, log, {.evaluate = {.threads = 1}});
            check_ends_as(log, shorter, *noise);
            CHECK(log.rows.size() + log.aside.size() >= rows);
        }
        std::int64_t ran = 0;
        sweep::run_study(study, *noise, log, {.ran = [&](const TrialRow&) { ++ran; }});
        check_ends_as(log, study, *noise);
        CHECK(ran == 0);
    }
}

TEST_CASE("a study that is stopped scores what it has, and goes on as if nothing had been",
          "[steering]") {
    const auto seed = std::random_device()();
    std::cout << "[seed " << seed << "] stops\n";
    std::mt19937_64 random(seed);
    for (const std::string_view sampler : sampler_names()) {
        for (const std::string_view scheduler : steerable) {
            const Study study = steered_study(sampler, scheduler);
            const auto objective = make_function(study);
            CAPTURE(seed, name_of(study));
            MemoryLog log;
            for (std::int64_t most = 0; most < 60; most += 1 + static_cast<int>(random() % 20)) {
                CAPTURE(most);
                const StudyRun run = run_stopped(study, *objective, log, most);
                if (run.ending == Ending::trials) break;
                CHECK(run.ending == Ending::stopped);
                std::int64_t tested = 0, scored = 0;
                for (const auto& [key, row] : log.rows) {
                    tested += row.role == Role::test;
                    scored += row.role == Role::tuning && row.state == TrialState::complete &&
                              row.stage == 0;
                }
                CHECK(tested >= std::min<std::int64_t>(scored, 1) + 1);
                CHECK(tested <= study.top + 1);
            }
            sweep::run_study(study, *objective, log, {.evaluate = {.threads = 1}});
            check_ends_as(log, study, *objective);
        }
    }
}

TEST_CASE("tuning ends with the generation that reaches the target", "[steering]") {
    // Trial 20 reaches the target on all its seeds, trial 9 on all but one.
    const ScriptedObjective objective([](const Job& job, std::int64_t seed) {
        if (job.trial == 9) return seed == 2 ? 9.0 : 1000.0;
        return job.trial == 20 ? 10.0 + static_cast<double>(seed) : static_cast<double>(seed);
    });
    for (const std::string_view scheduler : steerable) {
        Study study = steered_study("random", scheduler);
        study.maximize = true, study.target = 10, study.space = test::box(2, 0, 1);
        study.eta = 1.5;
        CAPTURE(name_of(study));
        MemoryLog log;
        const StudyRun run = sweep::run_study(study, objective, log, {});
        CHECK(run.ending == Ending::target);
        CHECK(run.proposed < study.trials);
        CHECK(run.proposed > 20);
        const std::int64_t last = log.in_stage(0).back();
        CHECK(last == run.proposed - 1);
        CHECK(log.at(20, 0).generation == log.at(last, 0).generation);
        // Without the target the study goes on, and with it again it ends at the same trial.
        const std::string ended = bytes(log.rows);
        Study open = study;
        open.target.reset();
        CHECK(can_become(study, open));
        sweep::run_study(open, objective, log, {});
        check_ends_as(log, open, objective);
        CHECK(sweep::run_study(study, objective, log, {}).ending == Ending::target);
        CHECK((bytes(log.rows) == ended));
    }
    Study never = steered_study("random", "full");
    never.maximize = true, never.target = 1e9, never.space = test::box(2, 0, 1);
    MemoryLog log;
    CHECK(sweep::run_study(never, objective, log, {}).ending == Ending::trials);
    never.maximize = false, never.target = -1e9;
    MemoryLog other;
    CHECK(sweep::run_study(never, objective, other, {}).ending == Ending::trials);
    never.target = 3;
    CHECK(sweep::run_study(never, objective, other, {}).proposed == never.generation);
}

TEST_CASE("only trials and target may change on the way, and not with pbt", "[steering]") {
    const Study study = steered_study("tpe", "racing");
    Study other = study;
    CHECK(can_become(study, other));
    other.seed = 1;
    CHECK_FALSE(can_become(study, other));
    other = with_trials(study, 50), other.target = 3.5;
    CHECK(can_become(study, other));
    CHECK(can_become(other, study));
    other.generation = 4;
    CHECK_FALSE(can_become(study, other));

    Study population = steered_study("random", "pbt");
    other = population, other.target = 3;
    CHECK(can_become(population, other));
    CHECK_THROWS_WITH(can_become(population, with_trials(population, 48)),
                      ContainsSubstring("trials = 48") && ContainsSubstring("begun with 40") &&
                          ContainsSubstring("pbt shares"));
}

}  // namespace lockstep::sweep

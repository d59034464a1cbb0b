// Population based training over scripted scores: which trials replace which, and what they
// continue from.

#include <cmath>

#include <lockstep/error.hpp>

#include "agents/sweep/run/population_training.hpp"
#include "tests/agents/sweep/rows.hpp"
#include "tests/agents/sweep/studies.hpp"

namespace lockstep::sweep {
namespace {

using test::MemoryLog, test::plan_fault, test::ScriptedObjective;

// Three slices of a population of five.
Study population_study() {
    Study study;
    study.scheduler = "pbt", study.trials = 15, study.generation = 5, study.budget = 10;
    study.space = Space({test::uniform("p", 0, 1), test::choice("kind", {"a", "b"})}, {});
    study.tuning_seeds = 2, study.first_seeds = 1, study.top = 2, study.validation_seeds = 2,
    study.test_seeds = 2;
    return study;
}

// The last trial of a population is its best, the first its worst.
double by_place(const Job& job, std::int64_t) { return static_cast<double>(job.trial % 5); }

// The trials that the learner of a trial's first seed went through.
std::vector<int> way(const TrialRow& row) {
    std::vector<int> trials;
    const std::vector<LearnerState> states = unpacked(row.state_bytes);
    for (const std::byte trial : states.at(0)) trials.push_back(static_cast<int>(trial));
    return trials;
}

const EvaluateOptions keeping{.threads = 1, .keep_states = true};

}  // namespace

TEST_CASE("the worst fifth goes on from the best fifth", "[pbt]") {
    const Study study = population_study();
    const MemoryLog log = test::run_in_memory(study, ScriptedObjective(by_place), keeping);
    CHECK(log.in_stage(0).size() == 15);
    CHECK(log.at(0).budget == 3);
    CHECK(log.at(5).budget == 6);
    CHECK(log.at(10).budget == 10);
    CHECK(way(log.at(5)) == std::vector{4, 5});  // the worst
    CHECK(way(log.at(10)) == std::vector{4, 9, 10});
    for (std::int64_t t = 1; t < 5; ++t) {
        const auto i = static_cast<int>(t);
        CHECK(way(log.at(t + 10)) == std::vector{i, i + 5, i + 10});
        CHECK(log.at(t + 5).values == log.at(t).values);
    }
    CHECK(log.at(5).values != log.at(4).values);
    CHECK(log.at(5).generation == 1);
    // The environment steps of its own slice: two seeds, from budget 3 to 6.
    CHECK(log.at(5).steps == 6);
}

TEST_CASE("whoever failed goes on from the best, too", "[pbt]") {
    const ScriptedObjective objective([](const Job& job, std::int64_t seed) {
        return job.trial == 3 || job.trial == 7 ? std::nan("") : by_place(job, seed);
    });
    const MemoryLog log = test::run_in_memory(population_study(), objective, keeping);
    CHECK(log.at(3).state == TrialState::not_finite);
    CHECK(way(log.at(8)) == std::vector{4, 8});
    CHECK(way(log.at(6)) == std::vector{1, 6});
    CHECK(log.at(7).state == TrialState::not_finite);
    CHECK(log.at(7).steps == 0);  // without its learners' earlier steps

    const ScriptedObjective hopeless([](const Job&, std::int64_t) { return std::nan(""); });
    const MemoryLog none = test::run_in_memory(population_study(), hopeless, keeping);
    CHECK(none.at(14).state == TrialState::diverged);
    for (const auto& [key, row] : none.rows) CHECK(row.steps >= 0);
}

TEST_CASE("those who score the same stay by id", "[pbt]") {
    const ScriptedObjective equal([](const Job&, std::int64_t) { return 1.0; });
    const MemoryLog log = test::run_in_memory(population_study(), equal, keeping);
    CHECK(way(log.at(9)) == std::vector{0, 9});
    CHECK(way(log.at(5)) == std::vector{0, 5});
}

TEST_CASE("who went on is the same whether states were kept or not", "[pbt]") {
    const Study study = population_study();
    // Scores show how many steps a lineage has made.
    const ScriptedObjective objective([](const Job& job, std::int64_t seed) {
        const std::size_t before = job.from.empty() ? 0 : job.from[0].size();
        return by_place(job, seed) + 0.125 * static_cast<double>(before);
    });
    const MemoryLog kept = test::run_in_memory(study, objective, keeping);
    const MemoryLog lost = test::run_in_memory(study, objective, {.threads = 1});
    CHECK(test::bytes(kept.rows) == test::bytes(lost.rows));
    CHECK(lost.at(14).scores[0] == 4.25);
}

TEST_CASE("a variation stays in the space", "[pbt]") {
    Study study = population_study();
    study.trials = 300;
    study.budget = 60;
    study.space =
        Space({test::scaled("rate", Scale::log, 1e-3, 1), test::choice("rule", {"sgd", "adam"}),
               test::below(test::uniform("beta", 0, 1), 1, {1})},
              {});
    const MemoryLog log = test::run_in_memory(study, ScriptedObjective(by_place), keeping);
    for (const auto& [key, row] : log.rows) {
        if (row.role != Role::tuning) continue;
        CHECK(row.values[0] >= 1e-3);
        CHECK(row.values[0] <= 1);
        // A parameter has a value exactly when its parent allows it.
        CHECK(std::isnan(row.values[2]) == (row.values[1] == 0));
    }
}

TEST_CASE("populations that cannot be trained are refused", "[pbt]") {
    const ScriptedObjective objective(by_place);
    Study study = population_study();
    study.trials = 14;
    CHECK_THAT(plan_fault(study, objective), ContainsSubstring("trials = 14 is no multiple"));
    study = population_study();
    study.budget = 2;
    CHECK_THAT(plan_fault(study, objective), ContainsSubstring("more generations than the budget"));
    study.budget = 0;
    CHECK_THAT(plan_fault(study, objective), ContainsSubstring("needs learners that go on"));
    study = population_study();
    study.sampler = "grid";
    study.space = Space({test::choice("p", {"a", "b", "c"})}, {});
    CHECK_THAT(plan_fault(study, objective), ContainsSubstring("grid has only 3 configurations"));
    // A grid that fills one population is enough: later ones continue from it.
    study.space = Space({test::choice("p", {"a", "b", "c", "d", "e", "f"})}, {});
    CHECK(test::run_in_memory(study, objective).in_stage(0).size() == 15);
}

}  // namespace lockstep::sweep

// Configurations that are tried first, and what an older study contributes.

#include <algorithm>
#include <cmath>

#include <lockstep/error.hpp>

#include "agents/sweep/objectives/functions.hpp"
#include "agents/sweep/samplers/registry.hpp"
#include "agents/sweep/study/check.hpp"
#include "agents/sweep/study/enqueue.hpp"
#include "agents/sweep/study/file.hpp"
#include "agents/sweep/study/prior.hpp"
#include "tests/agents/sweep/rows.hpp"
#include "tests/agents/sweep/studies.hpp"

namespace lockstep::sweep {
namespace {

using lockstep::test::fault_of, test::bytes, test::MemoryLog, test::run_in_memory;

// Discrete, with a conditional and a constraint: 4 * 3 + 4 * 2 of 32 configurations, less some.
Study small_study(std::string_view sampler) {
    Study study;
    study.env = "function", study.agent = "sphere", study.sampler = sampler;
    study.scheduler = "full", study.trials = 12, study.generation = 4;
    study.tuning_seeds = 1, study.first_seeds = 1, study.top = 2;
    study.validation_seeds = 2, study.test_seeds = 2;
    study.space = Space({test::scaled("x0", Scale::integer, 0, 3), test::choice("x1", {"1", "7"}),
                         test::below(test::scaled("x2", Scale::pow2, 1, 4), 1, {1})},
                        {"x0 < 3"});
    return study;
}

std::string entry_fault(std::map<std::string, std::string> entry) {
    Study study = small_study("random");
    study.enqueue = {std::move(entry)};
    return fault_of([&] { check(study); });
}

// A sphere around a corner of the space that random search rarely reaches.
double distance(std::span<const double> values) {
    double sum = 0;
    for (const double x : values) sum += (x - 4) * (x - 4);
    return sum;
}

Study distant_study(std::string_view sampler, std::uint64_t seed) {
    Study study;
    study.env = "function", study.agent = "sphere", study.sampler = sampler, study.seed = seed;
    study.scheduler = "full", study.trials = 48, study.generation = 12;
    study.tuning_seeds = 1, study.first_seeds = 1, study.top = 1;
    study.validation_seeds = 2, study.test_seeds = 2;
    study.space = test::box(4, -5, 5);
    return study;
}

double best_of(const MemoryLog& log) {
    double best = INFINITY;
    for (const auto& [key, row] : log.rows)
        if (row.role == Role::tuning) best = std::min(best, row.scores[0]);
    return best;
}

const test::ScriptedObjective& distant_objective() {
    static const test::ScriptedObjective objective(
        [](const Job& job, std::int64_t) { return distance(job.values); });
    return objective;
}

}  // namespace

TEST_CASE("enqueued configurations are tried first, with the values that were given", "[enqueue]") {
    for (const std::string_view sampler : sampler_names()) {
        Study study = small_study(sampler);
        study.enqueue = {{{"x0", "2"}, {"x1", "7"}, {"x2", "4"}}, {{"x1", "1"}}, {{"x0", "0"}}};
        CAPTURE(sampler);
        const auto objective = make_function(study);
        const MemoryLog log = run_in_memory(study, *objective);
        CHECK(log.at(0).values == std::vector<double>{2, 1, 4});
        CHECK(log.at(1).values[1] == 0);
        CHECK(log.at(1).values[0] < 3);
        CHECK(std::isnan(log.at(1).values[2]));
        CHECK(log.at(2).values[0] == 0);
        for (std::int64_t trial = 0; trial < 3; ++trial) CHECK(log.at(trial).generation == 0);
        // No other trial has one of them.
        for (const std::int64_t trial : log.in_stage(0)) {
            if (trial > 0) CHECK_FALSE(same_values(log.at(trial).values, log.at(0).values));
        }
        // It does not matter how the rows were obtained.
        MemoryLog again;
        Study begun = study;
        begun.trials = 5;
        sweep::run_study(begun, *objective, again, {.evaluate = {.threads = 2}});
        sweep::run_study(study, *objective, again, {.evaluate = {.threads = 2}});
        CHECK((bytes(again.rows) == bytes(log.rows)));
    }
}

TEST_CASE("continuous values are tried as they are written", "[enqueue]") {
    Study study = small_study("tpe");
    study.space = Space({test::scaled("x0", Scale::log, 1e-5, 1), test::uniform("x1", -1, 1)}, {});
    study.enqueue = {{{"x0", "0.003"}, {"x1", "0.1"}}, {{"x0", "1e-5"}}, {{"x1", "1"}}};
    const MemoryLog log = run_in_memory(study, *make_function(study));
    CHECK(log.at(0).values == std::vector<double>{0.003, 0.1});
    CHECK(log.at(1).values[0] == 1e-5);
    CHECK(log.at(2).values[1] == 1);
}

TEST_CASE("more may be enqueued than a generation holds", "[enqueue]") {
    Study study = small_study("tpe");
    study.enqueue.clear();
    for (const char* x0 : {"0", "1", "2"})
        for (const char* x2 : {"1", "2", "4"})
            study.enqueue.push_back({{"x0", x0}, {"x1", "7"}, {"x2", x2}});
    const MemoryLog log = run_in_memory(study, *make_function(study));
    for (std::int64_t trial = 0; trial < 9; ++trial) {
        const std::vector<double> wanted = {static_cast<double>(trial / 3), 1,
                                            std::ldexp(1, static_cast<int>(trial % 3))};
        CHECK(log.at(trial).values == wanted);
    }
    CHECK(log.in_stage(0).size() == 12);  // 9 of x1 = 7, and 3 of x1 = 1: that is all
}

TEST_CASE("entries that no trial can be are faults of the study", "[enqueue]") {
    CHECK(entry_fault({{"x0", "2"}}) == "none");
    CHECK(entry_fault({}) == "none");
    CHECK_THAT(entry_fault({{"x", "2"}}),
               ContainsSubstring("enqueue.0") && ContainsSubstring("did you mean 'x0'"));
    CHECK_THAT(entry_fault({{"x0", "4"}}), ContainsSubstring("x0 = 4: never so"));
    CHECK_THAT(entry_fault({{"x0", "1.5"}}), ContainsSubstring("x0 = 1.5: never so"));
    CHECK_THAT(entry_fault({{"x1", "2"}}), ContainsSubstring("x1 = 2: never so"));
    CHECK_THAT(entry_fault({{"x1", "7"}, {"x2", "3"}}), ContainsSubstring("x2 = 3: never so"));
    CHECK_THAT(entry_fault({{"x1", "1"}, {"x2", "2"}}),
               ContainsSubstring("x2 has no value where x1 = 1"));
    CHECK_THAT(entry_fault({{"x2", "2"}}), ContainsSubstring("give x1 too"));
    CHECK_THAT(entry_fault({{"x0", "3"}, {"x1", "1"}}), ContainsSubstring("breaks x0 < 3"));
    Study study = small_study("random");
    study.enqueue = {{{"x0", "1"}, {"x1", "1"}}, {{"x0", "1"}}, {{"x0", "1"}, {"x1", "1"}}};
    CHECK_THAT(fault_of([&] { check(study); }),
               ContainsSubstring("enqueue.2: enqueue: is given twice"));
    study.trials = 2, study.enqueue.pop_back();
    CHECK(fault_of([&] { check(study); }) == "none");
    study.trials = 1;
    CHECK_THAT(fault_of([&] { check(study); }), ContainsSubstring("trials = 1: 2 are enqueued"));
}

TEST_CASE("a study file enqueues with tables, whose faults have lines", "[enqueue]") {
    constexpr const char* text = R"(
[study]
env = "function"
agent = "sphere"
[space]
x0 = {integer = [0, 9]}
x1 = {choice = ["1", "7"]}
[[enqueue]]
x0 = 3
x1 = "7"
[[enqueue]]
x0 = 11
)";
    const Study study = read_study(text, "a.toml");
    REQUIRE(study.enqueue.size() == 2);
    CHECK(study.enqueue[0] == std::map<std::string, std::string>{{"x0", "3"}, {"x1", "7"}});
    CHECK_THAT(fault_of([&] { check(study); }), ContainsSubstring("a.toml:11: enqueue: x0 = 11"));
    CHECK(canonical_text(read_canonical(canonical_text(study))) == canonical_text(study));
    CHECK_THROWS_WITH(
        read_study("[study]\nenv=\"function\"\nagent=\"sphere\"\n[enqueue]\nx0=1\n", "a"),
        ContainsSubstring("a:4: enqueue: is a list of tables: [[enqueue]]"));
}

TEST_CASE("an older study's rows are told best first, as far as they fit", "[prior]") {
    Study older = distant_study("random", 1);
    older.set = {{"x4", "2"}};
    const MemoryLog rows = run_in_memory(older, distant_objective());
    MemoryLog copy = rows;
    // x0 is narrower now, x1 is gone, x4 was fixed in the older study, and x5 did not exist there.
    Study now = distant_study("tpe", 2);
    now.space = Space(
        {test::uniform("x0", 0, 5), test::uniform("x4", 0, 3), test::uniform("x5", 0, 1)}, {});
    const Prior prior = prior_of(older, copy, now);
    CHECK(prior.trials == 48);
    std::vector<double> wanted;
    std::vector<std::pair<double, double>> order;  // loss, x0
    for (const auto& [key, row] : rows.rows)
        if (row.role == Role::tuning && row.values[0] >= 0)
            order.emplace_back(row.scores[0], row.values[0]);
    std::ranges::sort(order);
    REQUIRE(prior.values.size() == 3 * order.size());
    for (std::size_t r = 0; r < order.size(); ++r) {
        CHECK(prior.values[3 * r] == order[r].second);
        CHECK(prior.values[3 * r + 1] == 2);
        CHECK(std::isnan(prior.values[3 * r + 2]));
    }
    now.prior = prior, now.warm_start = "older.db";
    const std::string text = canonical_text(now);
    CHECK(canonical_text(read_canonical(text)) == text);

    now.maximize = true;
    CHECK_THROWS_WITH(prior_of(older, copy, now),
                      ContainsSubstring("minimizes, and this study max"));
    now.maximize = false, now.space = Space({test::uniform("y", 0, 5)}, {});
    CHECK_THROWS_WITH(prior_of(older, copy, now), ContainsSubstring("shares no parameter"));
}

TEST_CASE("of very many rows the best stay, and some of the others", "[prior]") {
    Study older = distant_study("random", 1);
    older.trials = older.generation = 3000;
    MemoryLog rows = run_in_memory(older, distant_objective());
    const Prior prior = prior_of(older, rows, distant_study("tpe", 2));
    CHECK(prior.trials == 3000);
    REQUIRE(prior.values.size() == 512 * 4);
    std::vector<double> losses;
    for (std::size_t r = 0; r < 512; ++r)
        losses.push_back(distance(std::span(prior.values).subspan(4 * r, 4)));
    CHECK(std::ranges::is_sorted(losses));
    std::vector<double> all;
    for (const auto& [key, row] : rows.rows)
        if (row.role == Role::tuning) all.push_back(row.scores[0]);
    std::ranges::sort(all);
    CHECK(std::equal(losses.begin(), losses.begin() + 64, all.begin()));
    CHECK(losses.back() > all[2900]);
}

TEST_CASE("a study that begins warm finds more than one that begins cold", "[prior]") {
    for (const char* sampler : {"tpe", "cma-es"}) {
        int better = 0;
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            Study older = distant_study("random", 100 + seed);
            older.trials = 400;
            MemoryLog rows = run_in_memory(older, distant_objective());
            Study cold = distant_study(sampler, seed), warm = cold;
            warm.warm_start = "older.db", warm.prior = prior_of(older, rows, warm);
            better += best_of(run_in_memory(warm, distant_objective())) <
                      best_of(run_in_memory(cold, distant_objective()));
        }
        CAPTURE(sampler, better);
        // Of 20 fair coins, this many are heads once in 50,000 times.
        CHECK(better >= 19);
    }
}

TEST_CASE("samplers that learn nothing cannot begin warm", "[prior]") {
    for (const char* sampler : {"random", "sobol", "grid"}) {
        Study study = small_study(sampler);
        study.warm_start = "older.db";
        const auto objective = make_function(study);
        CHECK_THROWS_WITH(plan_study(study, *objective),
                          ContainsSubstring(std::string("sampler ") + sampler) &&
                              ContainsSubstring("allowed tpe and cma-es"));
    }
}

}  // namespace lockstep::sweep

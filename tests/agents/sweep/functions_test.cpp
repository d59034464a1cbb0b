// Functions as objectives: known values, their noise, and independence from the other jobs.

#include <algorithm>
#include <cmath>
#include <set>

#include <lockstep/error.hpp>
#include <lockstep/statistics.hpp>

#include "agents/sweep/objectives/functions.hpp"
#include "tests/agents/sweep/studies.hpp"

namespace lockstep::sweep {
namespace {

using Settings = std::map<std::string, std::string>;
using lockstep::test::fault_of;

Study function_study(const std::string& name, Settings set, Space space = {}) {
    Study study;
    study.env = "function", study.agent = name, study.set = std::move(set);
    study.space = std::move(space);
    return study;
}

std::vector<Outcome> outcomes(const Study& study, std::span<const Job> jobs,
                              const EvaluateOptions& options = {.threads = 1}) {
    const auto objective = make_function(study);
    std::vector<Outcome> all(jobs.size());
    objective->evaluate(jobs, options, [&](std::int64_t i, Outcome&& outcome) {
        all[static_cast<std::size_t>(i)] = std::move(outcome);
    });
    return all;
}

double value(const std::string& name, const Settings& set) {
    const Study study = function_study(name, set);
    const Job job;
    return outcomes(study, {&job, 1})[0].scores.at(0);
}

std::string function_fault(const std::string& name, const Settings& set, const Space& space = {}) {
    return fault_of([&] { make_function(function_study(name, set, space)); });
}

std::vector<double> noise_of(std::uint64_t seed, std::int64_t trial, Role role,
                             std::int64_t first_seed, std::int64_t seeds) {
    Study study = function_study("sphere", {{"x0", "0"}, {"noise", "2"}});
    study.seed = seed;
    const Job job{trial, {}, role, first_seed, seeds, 0, {}};
    return outcomes(study, {&job, 1})[0].scores;
}

double correlation(std::span<const double> a, std::span<const double> b) {
    std::vector<double> products;
    for (std::size_t i = 0; i < a.size(); ++i) products.push_back(a[i] * b[i]);
    return mean(products) / standard_deviation(a) / standard_deviation(b);
}

}  // namespace

TEST_CASE("functions have their known values", "[functions]") {
    CHECK(value("sphere", {{"x0", "3"}, {"x1", "-4"}}) == 25);
    CHECK(value("rosenbrock", {{"x4", "1"}}) == 0);  // a missing x is 1
    CHECK(value("rosenbrock", {{"x0", "-1"}, {"x1", "2"}}) == 104);
    CHECK(value("rastrigin", {{"x0", "0"}, {"x1", "0"}}) == 0);
    // cos(2 pi) is 1 except for the rounding of pi.
    CHECK(value("rastrigin", {{"x0", "1"}, {"x1", "2"}}) == Approx(5).epsilon(1e-12));
    // Published to six digits.
    const double minimum = value("branin", {{"x0", "3.141592653589793"}, {"x1", "2.275"}});
    CHECK(minimum == Approx(0.397887).margin(1e-6));
    CHECK(value("branin", {{"x0", "-3.141592653589793"}, {"x1", "12.275"}}) ==
          Approx(minimum).epsilon(1e-12));
    CHECK(value("hartmann6", {{"x0", "0.20169"},
                              {"x1", "0.150011"},
                              {"x2", "0.476874"},
                              {"x3", "0.275332"},
                              {"x4", "0.311652"},
                              {"x5", "0.6573"}}) == Approx(-3.32237).margin(1e-5));
}

TEST_CASE("noise has mean 0 and the deviation asked for", "[functions]") {
    const std::vector<double> noise = noise_of(5, 3, Role::tuning, 0, 100'000);
    // Standard errors: 2 / sqrt(100,000) = 0.0063 for the mean, 0.0045 for the deviation. Five of
    // them; the seed is fixed.
    CHECK(std::abs(mean(noise)) < 0.032);
    CHECK(standard_deviation(noise) == Approx(2).margin(0.023));
    CHECK(std::set<double>(noise.begin(), noise.end()).size() == noise.size());
    // The correlation of independent samples has a standard error of 1 / sqrt(n) = 0.0032.
    for (const auto& other :
         {noise_of(5, 4, Role::tuning, 0, 100'000), noise_of(6, 3, Role::tuning, 0, 100'000),
          noise_of(5, 3, Role::validation, 0, 100'000), noise_of(5, 3, Role::test, 0, 100'000),
          noise_of(5, 3, Role::tuning, 1, 100'000)})
        CHECK(std::abs(correlation(noise, other)) < 0.016);
}

TEST_CASE("a seed's score is the same alone and in any company", "[functions]") {
    Study study =
        function_study("rosenbrock", {{"noise", "0.5"}},
                       Space({test::uniform("x0", -5, 5), test::choice("x1", {"1", "2.5"}),
                              test::below(test::uniform("x2", 0, 1), 1, {1})},
                             {}));
    std::vector<std::vector<double>> values;
    for (int t = 0; t < 70; ++t)
        values.push_back({0.1 * t, t % 2 * 1.0, t % 2 == 1 ? 0.5 : std::nan("")});
    std::vector<Job> jobs;
    for (std::int64_t t = 0; t < 70; ++t)
        jobs.push_back(
            {t, values[static_cast<std::size_t>(t)], Role::tuning, t % 3, 1 + t % 40, 0, {}});
    const auto crowd = outcomes(study, jobs);
    for (const EvaluateOptions& options :
         {EvaluateOptions{.threads = 2}, EvaluateOptions{.threads = 1, .chunk = 1},
          EvaluateOptions{.threads = 2, .chunk = 7},
          EvaluateOptions{.threads = 3, .chunk = 1000}}) {
        const auto again = outcomes(study, jobs, options);
        for (std::size_t j = 0; j < jobs.size(); ++j) CHECK(again[j].scores == crowd[j].scores);
    }
    for (std::size_t j = 0; j < jobs.size(); ++j) {
        CHECK(std::ssize(crowd[j].scores) == jobs[j].seeds);
        CHECK(crowd[j].steps == jobs[j].seeds);
        CHECK(outcomes(study, std::span(jobs).subspan(j, 1))[0].scores == crowd[j].scores);
        Job last = jobs[j];
        last.first_seed += last.seeds - 1, last.seeds = 1;
        CHECK(outcomes(study, {&last, 1})[0].scores[0] == crowd[j].scores.back());
    }
}

TEST_CASE("a value that is not finite is a state", "[functions]") {
    const Study study = function_study("sphere", {}, Space({test::uniform("x0", 0, 1e300)}, {}));
    const double large = 1e200, small = 2;
    const std::vector<Job> jobs{{0, {&large, 1}}, {1, {&small, 1}}};
    const auto all = outcomes(study, jobs);
    CHECK(all[0].state == TrialState::not_finite);
    CHECK(all[0].scores.empty());
    CHECK(all[1].state == TrialState::complete);
    CHECK(all[1].scores == std::vector<double>{4});
}

TEST_CASE("faults of a function's study", "[functions]") {
    CHECK_THAT(function_fault("spehre", {{"x0", "1"}}),
               ContainsSubstring("study.agent: unknown function 'spehre': did you mean 'sphere'"));
    CHECK_THAT(function_fault("sphere", {}), ContainsSubstring("needs x0"));
    CHECK_THAT(function_fault("branin", {{"x2", "1"}}),
               ContainsSubstring("branin has x0 to x1, and noise"));
    CHECK_THAT(function_fault("sphere", {{"x01", "1"}}),
               ContainsSubstring("unknown parameter 'x01'"));
    CHECK_THAT(function_fault("sphere", {{"x", "1"}}),
               ContainsSubstring("set.x: unknown parameter 'x'"));
    CHECK_THAT(function_fault("sphere", {{"x0", "a"}}),
               ContainsSubstring("x0 = 'a': allowed numbers"));
    CHECK_THAT(function_fault("sphere", {{"x0", "1"}, {"noise", "-1"}}),
               ContainsSubstring("noise = -1: allowed numbers from 0"));
    CHECK_THAT(function_fault("sphere", {{"x0", "1"}}, Space({test::uniform("x0", 0, 1)}, {})),
               ContainsSubstring("x0 is in [set] too"));
    CHECK_THAT(function_fault("sphere", {}, Space({test::choice("x0", {"1", "b"})}, {})),
               ContainsSubstring("x0 = 'b': allowed numbers"));
    const std::string all = function_fault("sphere", {{"y", "1"}, {"noise", "x"}});
    CHECK_THAT(all, ContainsSubstring("'y'") && ContainsSubstring("noise = x"));
}

}  // namespace lockstep::sweep

// Levels are the numbers as the user wrote them, and constraints use exactly those.

#include <array>
#include <cmath>
#include <functional>
#include <iostream>
#include <random>
#include <string>

#include <lockstep/error.hpp>
#include <lockstep/sweep/sampler.hpp>

#include "agents/sweep/samplers/registry.hpp"
#include "agents/sweep/space/levels.hpp"
#include "agents/sweep/study/check.hpp"
#include "agents/sweep/study/file.hpp"
#include "tests/agents/sweep/studies.hpp"
#include "tests/support/catch.hpp"

namespace lockstep::sweep {
namespace {

using lockstep::test::fault_of, test::below, test::choice, test::log_integer, test::scaled,
    test::space_fault, test::stepped, test::uniform;

SearchParameter with_points(SearchParameter p, std::int64_t points) {
    p.points = points;
    return p;
}

double written(std::int64_t digits, int exponent) {
    return *number_in(std::to_string(digits) + "e" + std::to_string(exponent));
}

// All values that a grid over one parameter proposes.
std::vector<double> grid_values(const SearchParameter& p) {
    const Space space({p}, {});
    const auto sampler = make_sampler("grid", space, {});
    const std::int64_t count = sampler->limit();
    std::vector<double> values;
    for (const double u : test::propose(*sampler, space, {}, {0, 0, count}))
        values.push_back(space.value(0, u));
    return values;
}

Study study_of(const std::string& space, const std::string& study = "") {
    return read_study(
        "[study]\nenv = \"function\"\nagent = \"sphere\"\n" + study + "\n[space]\n" + space,
        "a.toml");
}

}  // namespace

TEST_CASE("levels of a logarithmic grid are the powers of ten", "[levels]") {
    CHECK(grid_values(with_points(scaled("x", Scale::log, 1e-5, 1e-1), 5)) ==
          std::vector{1e-05, 0.0001, 0.001, 0.01, 0.1});
    for (int low = -30; low < 20; ++low) {
        for (int parts = 1; parts <= 12; ++parts) {
            const auto x = scaled("x", Scale::log, written(3, low), written(3, low + parts));
            const auto values = grid_values(with_points(x, parts + 1));
            CAPTURE(low, parts);
            for (int k = 0; k <= parts; ++k)
                CHECK(values[static_cast<std::size_t>(k)] == written(3, low + k));
        }
    }
    CHECK(grid_values(with_points(scaled("x", Scale::log, 1, 16), 5)) ==
          std::vector<double>{1, 2, 4, 8, 16});
    CHECK(grid_values(with_points(scaled("x", Scale::log, 0.1, 0.4), 3)) ==
          std::vector{0.1, 0.2, 0.4});
    CHECK(grid_values(with_points(scaled("x", Scale::log, 1e-4, 1e-2), 1)) == std::vector{1e-3});
    CHECK(grid_values(with_points(scaled("x", Scale::log, 1e-300, 1e300), 7)) ==
          std::vector{1e-300, 1e-200, 1e-100, 1.0, 1e100, 1e200, 1e300});
}

TEST_CASE("levels that are no short decimals are rounded once", "[levels]") {
    // Python's decimal module, 60 digits, rounded to double.
    CHECK(log_level(1e-3, 1, 1, 2) == 0.03162277660168379);
    CHECK(log_level(2, 3, 1, 2) == 2.449489742783178);
    CHECK(log_level(1, 2, 1, 12) == 1.0594630943592953);
    CHECK(uniform_level(0, 1, 1, 3) == 1.0 / 3);
    CHECK(uniform_level(0, 1, 2, 3) == 2.0 / 3);
    CHECK(uniform_level(0, 1, 1, 7) == 1.0 / 7);
    CHECK(uniform_level(1e-20, 1e20, 1, 2) == 5e19);  // too far apart for exact sums
}

TEST_CASE("levels of a logit grid have the odds between the ends'", "[levels]") {
    CHECK(grid_values(with_points(scaled("x", Scale::logit, 0.1, 0.9), 5)) ==
          std::vector{0.1, 0.25, 0.5, 0.75, 0.9});
    for (const double low : {0.1, 0.05, 0.01, 0.001, 1e-4, 1e-6})
        CHECK(grid_values(with_points(scaled("x", Scale::logit, low, 1 - low), 3)) ==
              std::vector{low, 0.5, 1 - low});
    CHECK(grid_values(with_points(scaled("x", Scale::logit, 0.5, 0.9), 3)) ==
          std::vector{0.5, 0.75, 0.9});
}

TEST_CASE("levels of a uniform grid, and steps, are sums as on paper", "[levels]") {
    CHECK(grid_values(with_points(uniform("x", 0, 0.3), 4)) ==
          std::vector<double>{0, 0.1, 0.2, 0.3});
    CHECK(grid_values(with_points(uniform("x", -0.1, 0.3), 5)) ==
          std::vector{-0.1, 0.0, 0.1, 0.2, 0.3});
    CHECK(grid_values(with_points(uniform("x", 0.3, 0.6), 1)) == std::vector{0.45});
    const auto seed = std::random_device()();
    std::cout << "[seed " << seed << "] levels of decimals\n";
    std::mt19937_64 random(seed);
    for (int i = 0; i < 3000; ++i) {
        const int exponent = static_cast<int>(random() % 30) - 20;
        const auto low = static_cast<std::int64_t>(random() % 2'000'001) - 1'000'000;
        const auto step = static_cast<std::int64_t>(1 + random() % 100'000);
        const auto parts = static_cast<std::int64_t>(1 + random() % 1000);
        const double from = written(low, exponent), to = written(low + parts * step, exponent);
        CAPTURE(seed, exponent, low, step, parts);
        const Space grid({with_points(uniform("x", from, to), parts + 1)}, {});
        const Space steps({stepped("x", from, to, written(step, exponent))}, {});
        REQUIRE(steps[0].levels() == parts + 1);
        for (std::int64_t k = 0; k <= parts; k += 1 + static_cast<std::int64_t>(random() % 50)) {
            const double expected = written(low + k * step, exponent);
            CHECK(grid.level(0, k) == expected);
            CHECK(steps.level(0, k) == expected);
            CHECK(grid.level_of(0, expected) == k);
            CHECK(steps.value(0, steps.unit(0, expected)) == expected);
        }
    }
}

TEST_CASE("steps end at or below the upper end, and are equally likely", "[levels]") {
    const Space space({stepped("x", 0, 1, 0.3), stepped("y", 0, 1, 0.05)}, {});
    CHECK(space[0].discrete());
    CHECK(space[0].levels() == 4);
    CHECK(space.value(0, 0) == 0);
    CHECK(space.value(0, 1) == 0.9);
    CHECK(space.value(0, 0.26) == 0.3);
    CHECK(space.value(0, 0.76) == 0.9);
    CHECK(space[1].levels() == 21);
    CHECK(space.value(1, 1) == 1);
    CHECK(space.value(1, 3.5 / 21) == 0.15);
    CHECK(space.text(1, space.level(1, 7)) == "0.35");
    CHECK(grid_values(stepped("x", -1, 1, 0.5)) == std::vector<double>{-1, -0.5, 0, 0.5, 1});
    CHECK_THAT(space_fault({stepped("x", 0, 1, -0.5)}),
               ContainsSubstring("allowed above 0 and up to the"));
    CHECK_THAT(space_fault({stepped("x", 0, 1, 1.5)}),
               ContainsSubstring("step = 1.5: allowed above 0"));
    CHECK_THAT(space_fault({stepped("x", 0, 1, 1e-30)}), ContainsSubstring("up to 2^53 steps"));
    CHECK_THAT(space_fault({stepped("x", 0, 1, std::nan(""))}),
               ContainsSubstring("allowed above 0"));
    SearchParameter log = scaled("x", Scale::log, 0.1, 1);
    log.step = 0.1;
    CHECK_THAT(space_fault({log}), ContainsSubstring("step = 0.1: allowed of uniform"));
}

TEST_CASE("a logarithmic integer is a number rounded whose logarithm is uniform", "[levels]") {
    const Space space({log_integer("n", 1, 1000), log_integer("big", 1, 0x1p40)}, {});
    CHECK(space[0].levels() == 1000);
    CHECK(space.value(0, 0) == 1);
    CHECK(space.value(0, 1) == 1000);
    // Optuna's IntDistribution(1, 1000, log=True): uniform in log from log 0.5 to log 1000.5.
    const double width = std::log(1000.5 / 0.5);
    for (std::int64_t n = 1; n <= 1000; ++n) {
        const auto value = static_cast<double>(n);
        const Space::Cell cell = space.cell_of(0, n - 1);
        CHECK(cell.high - cell.low ==
              Approx(std::log((value + 0.5) / (value - 0.5)) / width).epsilon(1e-9));
        CHECK(space.value(0, cell.low + 1e-9) == value);
        CHECK(space.value(0, cell.high - 1e-9) == value);
        CHECK(space.value(0, space.unit(0, value)) == value);
        CHECK(space.level_of(0, value) == n - 1);
    }
    for (const double value : {1.0, 2.0, 999'999'999.0, 0x1p39 + 1, 0x1p40 - 1, 0x1p40})
        CHECK(space.value(1, space.unit(1, value)) == value);
    const auto all = grid_values(log_integer("n", 3, 9));
    CHECK(all == std::vector<double>{3, 4, 5, 6, 7, 8, 9});
    CHECK_THAT(space_fault({log_integer("n", 0, 5)}),
               ContainsSubstring("allowed ends from 1 to 2^40"));
    CHECK_THAT(space_fault({log_integer("n", 1, 0x1p41)}), ContainsSubstring("from 1 to 2^40"));
    SearchParameter pow2 = scaled("n", Scale::pow2, 1, 8);
    pow2.log = true;
    CHECK_THAT(space_fault({pow2}), ContainsSubstring("log = true: allowed of integer"));
}

TEST_CASE("the ends of a range are the numbers given, on every scale", "[levels]") {
    const auto seed = std::random_device()();
    std::cout << "[seed " << seed << "] ends of ranges\n";
    std::mt19937_64 random(seed);
    for (int i = 0; i < 3000; ++i) {
        const auto between = [&](double low, double high) {
            return std::uniform_real_distribution<double>(low, high)(random);
        };
        const double low = between(1e-9, 0.4), high = between(0.5, 0.999999);
        for (const Scale scale : {Scale::uniform, Scale::log, Scale::logit}) {
            const Space space({scaled("x", scale, low, high)}, {});
            CAPTURE(seed, low, high);
            CHECK(space.value(0, 0) == low);
            CHECK(space.value(0, 1) == high);
            CHECK(space.unit(0, low) == 0);
            CHECK(space.unit(0, high) == 1);
        }
    }
}

TEST_CASE("a level of a grid decides about others as it is written", "[levels]") {
    const Study study = study_of(
        "x0 = {log = [1e-5, 1e-1], points = 5}\n"
        "x1 = {choice = [1, 2, 3], when = {x0 = 1e-4}}\n"
        "x2 = {uniform = [0, 1], points = 11}\n"
        "x3 = {choice = [1, 2], when = {x2 = [0.3, 0.7]}}",
        "sampler = \"grid\"");
    check(study);
    const auto sampler = make_sampler("grid", study.space, {});
    REQUIRE(sampler->limit() == (5 + 2) * (11 + 2));
    int ones = 0, threes = 0;
    std::vector<double> values(4);
    const auto units = test::propose(*sampler, study.space, {}, {0, 0, sampler->limit()});
    for (std::size_t at = 0; at < units.size(); at += 4) {
        study.space.values(std::span(units).subspan(at, 4), values);
        CHECK(std::isnan(values[1]) == (values[0] != 1e-4));
        CHECK(std::isnan(values[3]) == (values[2] != 0.3 && values[2] != 0.7));
        ones += !std::isnan(values[1]), threes += !std::isnan(values[3]);
    }
    CHECK(ones == 3 * 13);
    CHECK(threes == 4 * 7);
    // A number that is not a short decimal may be written shorter than it is.
    const Study root = study_of(
        "x0 = {log = [0.001, 1], points = 3}\nx1 = {choice = [1, 2], when = {x0 = 0.0316227766}}",
        "sampler = \"grid\"");
    CHECK(root.space[1].parent_values == std::vector{root.space.level(0, 1)});
}

TEST_CASE("a continuous parent is refused, and points make none discrete but for a grid",
          "[levels]") {
    const auto words = [](const std::string& space, const std::string& study) {
        return fault_of([&] { check(study_of(space, study)); });
    };
    const std::string child = "\nx1 = {choice = [1, 2], when = {x0 = 0.1}}";
    CHECK_THAT(words("x0 = {uniform = [0, 1]}" + child, ""),
               ContainsSubstring("a.toml:7: x1: when: x0 is continuous"));
    for (const char* sampler : {"random", "sobol", "tpe", "cma-es"})
        CHECK_THAT(words("x0 = {uniform = [0, 1], points = 11}" + child,
                         "sampler = \"" + std::string(sampler) + "\""),
                   ContainsSubstring("a.toml:7: x1: when: x0 is continuous: its points are levels "
                                     "for sampler grid alone, and " +
                                     std::string(sampler)));
    CHECK(words("x0 = {uniform = [0, 1], points = 11}" + child, "sampler = \"grid\"") == "none");
    CHECK_THAT(words("x0 = {uniform = [0, 1], points = 4}" + child, "sampler = \"grid\""),
               ContainsSubstring("x1: when: x0 is never 0.1"));
    CHECK(words("x0 = {uniform = [0, 1], step = 0.05}" + child, "") == "none");
    CHECK_THAT(words("x0 = {uniform = [0, 1], step = 0.04}" + child, ""),
               ContainsSubstring("x1: when: x0 is never 0.1"));
    CHECK(words("x0 = {uniform = [0.1, 0.1]}" + child, "") == "none");
}

TEST_CASE("steps and logarithmic integers are read, kept and written", "[levels]") {
    const Study study = study_of(
        "x0 = {uniform = [0, 1], step = 0.05}\nx1 = {integer = [1, 1000], log = true}\n"
        "x2 = {integer = [1, 4], log = false, when = {x0 = 0.35}}");
    CHECK(study.space[0].step == 0.05);
    CHECK(study.space[1].log);
    CHECK_FALSE(study.space[2].log);
    const std::string text = canonical_text(study);
    CHECK_THAT(text, ContainsSubstring(R"("x0":{"uniform":[0.0,1.0],"step":0.05})"));
    CHECK_THAT(text, ContainsSubstring(R"("x1":{"integer":[1.0,1000.0],"log":true})"));
    CHECK_THAT(text, ContainsSubstring(R"("x2":{"integer":[1.0,4.0],"when":{"x0":["0.35"]}})"));
    const Study back = read_canonical(text);
    CHECK(canonical_text(back) == text);
    CHECK(back.space[0].step == 0.05);
    CHECK(back.space[1].log);
    CHECK(back.space[2].parent_values == std::vector{0.35});

    const auto fault = [](const std::string& space) { return fault_of([&] { study_of(space); }); };
    CHECK_THAT(fault("x0 = {uniform = [0, 1], step = 0}"),
               ContainsSubstring("a.toml:6: x0.step: allowed numbers above 0"));
    CHECK_THAT(fault("x0 = {uniform = [0, 1], step = 2}"),
               ContainsSubstring("a.toml:6: x0 = uniform = [0, 1], step = 2: allowed above 0"));
    CHECK_THAT(fault("x0 = {uniform = [0, 1], step = 0.1, points = 3}"),
               ContainsSubstring("a.toml:6: x0.points: has levels of its own"));
    CHECK_THAT(fault("x0 = {integer = [0, 1], step = 1}"), ContainsSubstring("allowed of uniform"));
    CHECK_THAT(fault("x0 = {uniform = [0, 1], log = true}"),
               ContainsSubstring("allowed of integer"));
    CHECK_THAT(fault("x0 = {log = true}"), ContainsSubstring("needs one of uniform, log"));
    CHECK_THAT(fault("x0 = {integer = [0, 4], log = true}"),
               ContainsSubstring("allowed ends from 1"));
    CHECK_THAT(fault("x0 = {uniform = [0, 1], setp = 1}"),
               ContainsSubstring("did you mean 'step'?"));
}

TEST_CASE("a constraint may ask that one number divides another", "[levels]") {
    const std::vector<SearchParameter> all{scaled("minibatches", Scale::integer, 1, 16),
                                           scaled("worlds", Scale::pow2, 1, 16),
                                           choice("rollout", {"8", "16", "32"}),
                                           uniform("rate", 0, 1),
                                           stepped("half", 0, 2, 0.5),
                                           choice("word", {"8", "a"}),
                                           scaled("divides", Scale::integer, 0, 9)};
    const auto holds = [&](const std::string& text, std::vector<double> values) {
        values.resize(7, 0);
        return Space(all, {text}).allows(values);
    };
    CHECK(holds("minibatches divides worlds * rollout", {8, 1, 0}));
    CHECK_FALSE(holds("minibatches divides worlds * rollout", {16, 1, 0}));
    CHECK(holds("minibatches divides worlds * rollout", {16, 2, 0}));
    CHECK(holds("minibatches divides worlds * rollout", {16, 1, 1}));
    CHECK_FALSE(holds("minibatches divides worlds * rollout", {3, 4, 2}));
    CHECK(holds("minibatches + 1 divides worlds - 4", {2, 16}));
    CHECK_FALSE(holds("minibatches + 1 divides worlds - 4", {2, 8}));
    CHECK(holds("2 * minibatches divides 12", {3}));
    CHECK(holds("divides divides worlds", {0, 4, 0, 0, 0, 0, 2}));
    CHECK_FALSE(holds("divides divides worlds", {0, 4, 0, 0, 0, 0, 0}));  // 0 divides nothing
    CHECK(holds("minibatches divides worlds", {std::nan(""), 4}));
    CHECK(holds("rollout <= 2 * worlds", {0, 16, 2}));
    CHECK_FALSE(holds("rollout < 2 * worlds", {0, 16, 2}));
    CHECK(holds("rollout < 9", {0, 0, std::nan("")}));

    const auto fault = [&](const std::string& text) { return space_fault(all, {text}); };
    CHECK_THAT(fault("rate divides worlds"),
               ContainsSubstring("rate is not always a whole number"));
    CHECK_THAT(fault("worlds divides half"),
               ContainsSubstring("half is not always a whole number"));
    CHECK_THAT(fault("1.5 divides worlds"), ContainsSubstring("1.5 is not a whole number"));
    CHECK_THAT(fault("word divides worlds"),
               ContainsSubstring("word is a choice with 'a', which is no number"));
    CHECK_THAT(fault("minibatches dividesworlds"),
               ContainsSubstring("or divides at 'dividesworlds'"));
    CHECK_THAT(fault("minibatches divide worlds"),
               ContainsSubstring("or divides at 'divide worlds'"));
    CHECK_THAT(fault("minibatches divides"), ContainsSubstring("expected a number or a parameter"));
}

}  // namespace lockstep::sweep

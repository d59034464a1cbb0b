// Spaces: mapping values to the unit cube, conditionals, constraints, and what is refused.

#include <cmath>
#include <functional>
#include <iostream>
#include <map>
#include <random>

#include <lockstep/error.hpp>
#include <lockstep/sweep/space.hpp>

#include "tests/agents/sweep/studies.hpp"
#include "tests/support/catch.hpp"

namespace lockstep::sweep {
namespace {

using test::below, test::choice, test::scaled, test::space_fault, test::uniform;

// Ranges in which a double separates 10^9 units, which the round trip below needs.
SearchParameter drawn(Scale scale, std::mt19937_64& random) {
    const auto between = [&](double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(random);
    };
    double low = between(-100, 100), high = low + between(0.1, 100);
    if (scale == Scale::log) low = std::exp(between(-20, 5)), high = low * between(1.1, 1e6);
    if (scale == Scale::logit) low = between(0.0001, 0.5), high = between(0.6, 0.9999);
    if (scale == Scale::integer) low = std::floor(low), high = std::ceil(high);
    if (scale == Scale::pow2)
        low = std::exp2(std::floor(low / 10)), high = low * std::exp2(random() % 20);
    if (scale == Scale::choice)
        return choice("p", std::vector<std::string>(1 + random() % 9, "word"));
    return scaled("p", scale, low, high);
}

void check_round_trip(const Space& space, double u) {
    const SearchParameter& p = space[0];
    const double value = space.value(0, u);
    CAPTURE(u, value);
    CHECK(value >= p.low);
    CHECK(value <= p.high);
    const double back = space.unit(0, value);
    if (p.discrete()) {
        // The middle of the cell that contains u.
        CHECK(std::abs(back - u) <= 0.5000001 / static_cast<double>(p.levels()));
        CHECK(space.value(0, back) == value);
    } else {
        CHECK(back == Approx(u).margin(1e-9));  // rounding for the ranges above
    }
}

}  // namespace

TEST_CASE("values and units are each other's inverse, on every scale", "[space]") {
    const auto seed = std::random_device()();
    std::cout << "[seed " << seed << "] units and values\n";
    std::mt19937_64 random(seed);
    for (int i = 0; i < 600; ++i) {
        const auto scale = static_cast<Scale>(i % 6);
        const Space space({drawn(scale, random)}, {});
        CAPTURE(seed, scale_names[i % 6], space[0].low, space[0].high);
        for (int k = 0; k < 20; ++k)
            check_round_trip(space, std::uniform_real_distribution<double>(0, 1)(random));
        check_round_trip(space, 0);
        check_round_trip(space, 1);
        CHECK(space.value(0, 0) == space[0].low);
        CHECK(space.value(0, 1) == space[0].high);
    }
}

TEST_CASE("values of a discrete parameter are equally likely", "[space]") {
    for (const SearchParameter& p :
         {scaled("p", Scale::integer, -3, 9), scaled("p", Scale::pow2, 0.25, 64),
          choice("p", {"a", "b", "c"}), scaled("p", Scale::integer, 5, 5)}) {
        const Space space({p}, {});
        std::map<double, int> seen;
        const auto levels = static_cast<int>(space[0].levels());
        for (int k = 0; k < 100 * levels; ++k) ++seen[space.value(0, (k + 0.5) / (100 * levels))];
        CHECK(std::ssize(seen) == levels);
        for (const auto& [value, count] : seen) CHECK(count == 100);
    }
}

TEST_CASE("scales are what they are called", "[space]") {
    const Space space({scaled("log", Scale::log, 1e-4, 1), scaled("logit", Scale::logit, 0.1, 0.9),
                       scaled("pow2", Scale::pow2, 8, 64), scaled("integer", Scale::integer, 1, 4),
                       choice("choice", {"8-8", "true"})},
                      {});
    CHECK(space.value(0, 0.25) == Approx(1e-3));
    CHECK(space.value(1, 0.5) == Approx(0.5));
    CHECK(space.value(1, 0.75) == Approx(0.75));  // log(3) is half of log(9)
    CHECK(space.value(2, 0.3) == 16);
    CHECK(space.value(3, 0.5) == 3);
    CHECK(space.text(0, 0.1) == "0.1");
    CHECK(space.text(2, 16) == "16");
    CHECK(space.text(4, 0) == "8-8");
    CHECK(space.text(4, 1) == "true");
    CHECK(space.find("pow2") == 2);
    CHECK(space.find("pow") == -1);
}

TEST_CASE("a parameter has a value only where its parent says so", "[space]") {
    const Space space({choice("rule", {"sgd", "adam", "rmsprop"}),
                       below(scaled("beta", Scale::integer, 0, 4), 0, {1, 2}),
                       below(uniform("deep", 0, 1), 1, {2})},
                      {});
    std::vector<double> values(3), units(3);
    space.values(std::vector{0.1, 0.5, 0.3}, values);
    CHECK(std::isnan(values[1]));
    CHECK(std::isnan(values[2]));  // its parent has none
    space.units(values, units);
    CHECK(units[0] == Approx(1.0 / 6));
    CHECK(std::isnan(units[1]));
    space.values(std::vector{0.9, 0.5, 0.3}, values);
    CHECK(values == std::vector{2.0, 2.0, 0.3});
}

TEST_CASE("faults of a space are told with what is allowed", "[space]") {
    const auto contains = [](const std::string& words) { return ContainsSubstring(words); };
    const auto one = [](Scale scale, double low, double high) {
        return space_fault({scaled("p", scale, low, high)});
    };
    CHECK_THAT(one(Scale::uniform, 2, 1), contains("p = [2, 1]: the lower end is above"));
    CHECK_THAT(one(Scale::log, 0, 1), contains("log = [0, 1]: allowed ends above 0"));
    CHECK_THAT(one(Scale::log, -1, 1), contains("allowed ends above 0"));
    CHECK_THAT(one(Scale::logit, 0, 0.5), contains("allowed ends above 0 and below 1"));
    CHECK_THAT(one(Scale::logit, 0.5, 1), contains("allowed ends above 0 and below 1"));
    CHECK_THAT(one(Scale::integer, 0.5, 3), contains("allowed whole numbers up to 2^53"));
    CHECK_THAT(one(Scale::integer, 0, 0x1p54), contains("2^53"));
    CHECK_THAT(one(Scale::pow2, 3, 8), contains("allowed powers of two"));
    CHECK_THAT(one(Scale::pow2, 0, 8), contains("allowed powers of two"));
    CHECK_THAT(one(Scale::pow2, 4, 12), contains("allowed powers of two"));
    CHECK_THAT(one(Scale::uniform, -1e308, 1e308), contains("too wide"));
    CHECK_THAT(one(Scale::uniform, std::nan(""), 1), contains("allowed finite numbers"));
    CHECK_THAT(one(Scale::uniform, 0, INFINITY), contains("allowed finite numbers"));
    CHECK_THAT(space_fault({choice("p", {})}), contains("choice = []: empty"));
    CHECK_THAT(space_fault({uniform("p", 0, 1), uniform("p", 0, 1)}), contains("p: given twice"));
    CHECK_THAT(space_fault({below(uniform("p", 0, 1), 0, {1})}), contains("comes later"));
    CHECK_THAT(space_fault({choice("q", {"a"}), below(uniform("p", 0, 1), 0, {})}),
               contains("no value of its parent"));
    const std::string all =
        space_fault({uniform("p", 2, 1), scaled("q", Scale::log, 0, 1)}, {"p < r"});
    CHECK_THAT(all, contains("p = [2, 1]") && contains("q = log") && contains("p < r"));
    CHECK(one(Scale::uniform, 1, 1) == "none");
}

TEST_CASE("a parent that never has the value asked for is refused", "[space]") {
    const auto with_parent = [](const SearchParameter& parent, double value) {
        return space_fault({parent, below(uniform("p", 0, 1), 0, {value})});
    };
    const std::string words = "when: q is never";
    CHECK_THAT(with_parent(scaled("q", Scale::integer, 1, 3), 4), ContainsSubstring(words + " 4"));
    CHECK_THAT(with_parent(scaled("q", Scale::integer, 1, 3), 1.5), ContainsSubstring(words));
    CHECK_THAT(with_parent(scaled("q", Scale::pow2, 8, 64), 24), ContainsSubstring(words));
    CHECK_THAT(with_parent(uniform("q", 0, 1), 1), ContainsSubstring("p: when: q is continuous"));
    CHECK_THAT(with_parent(scaled("q", Scale::log, 0.1, 1), 1),
               ContainsSubstring("q is continuous"));
    CHECK(with_parent(scaled("q", Scale::integer, 1, 3), 3) == "none");
    CHECK(with_parent(scaled("q", Scale::pow2, 8, 64), 16) == "none");
    CHECK(with_parent(choice("q", {"a", "b"}), 1) == "none");
}

TEST_CASE("constraints bind as arithmetic does", "[space]") {
    const std::vector<SearchParameter> all{uniform("a", -9, 9), uniform("b", -9, 9),
                                           uniform("info", -9, 9), choice("word", {"x"})};
    const auto holds = [&](const std::string& text, std::vector<double> values) {
        return Space(all, {text}).allows(values);
    };
    CHECK(holds("a + 2 * b < 8", {1, 3, 0, 0}));
    CHECK_FALSE(holds("a + 2 * b < 7", {1, 3, 0, 0}));
    CHECK(holds("a+2*b<=7", {1, 3, 0, 0}));
    CHECK(holds("-a - b * b >= -10", {1, 3, 0, 0}));
    CHECK_FALSE(holds("-a - b * b > -10", {1, 3, 0, 0}));
    CHECK(holds("1e1 > a - b - 2 * 0.5", {1, -9, 0, 0}));
    CHECK(holds("info < a", {1, 0, -1, 0}));
    CHECK_FALSE(holds("info < a", {1, 0, 2, 0}));
    CHECK(holds("a < b", {std::nan(""), 3, 0, 0}));  // holds when a value is missing
    CHECK(holds("a < b", {3, std::nan(""), 0, 0}));
    CHECK(Space(all, {"a < b", "b < 2"}).allows(std::vector<double>{0, 1, 0, 0}));
    CHECK_FALSE(Space(all, {"a < b", "b < 2"}).allows(std::vector<double>{0, 3, 0, 0}));

    const auto fault = [&](const std::string& text) { return space_fault(all, {text}); };
    CHECK_THAT(fault("a < c"), ContainsSubstring("constraint 'a < c': unknown parameter 'c'"));
    CHECK_THAT(fault("a < inf0"),
               ContainsSubstring("unknown parameter 'inf0': did you mean 'info'"));
    CHECK_THAT(fault("a = b"), ContainsSubstring("expected <, <=, >, >= or divides at '= b'"));
    CHECK_THAT(fault("a <"), ContainsSubstring("expected a number or a parameter"));
    CHECK_THAT(fault(""), ContainsSubstring("expected a number or a parameter"));
    CHECK_THAT(fault("a < b < 2"), ContainsSubstring("'< 2' is too much"));
    CHECK_THAT(fault("a < b)"), ContainsSubstring("unknown parameter 'b)'"));
    CHECK_THAT(fault("a < word"),
               ContainsSubstring("word is a choice with 'x', which is no number"));
    CHECK_THAT(fault("a < inf"), ContainsSubstring("unknown parameter 'inf'"));
}

}  // namespace lockstep::sweep

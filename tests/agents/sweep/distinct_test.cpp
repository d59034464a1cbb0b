// No sampler proposes a configuration twice while others remain, and each knows when none does.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "agents/sweep/samplers/lattice.hpp"
#include "agents/sweep/samplers/registry.hpp"
#include "tests/agents/sweep/studies.hpp"
#include "tests/support/frequencies.hpp"
#include "tests/support/random.hpp"

namespace lockstep::sweep::test {
namespace {

constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max();

struct Countable {
    const char* name;
    Space space;
    std::size_t configurations;  // allowed by the constraints, counted by hand
};

std::vector<Countable> countable_spaces() {
    return {
        {"2 x 2 choices", Space({choice("a", {"p", "q"}), choice("b", {"p", "q"})}, {}), 4},
        {"one", Space({choice("a", {"p"}), uniform("b", 2, 2)}, {}), 1},
        {"every scale",
         Space({scaled("a", Scale::pow2, 8, 64), scaled("b", Scale::integer, -1, 2),
                stepped("c", 0, 1, 0.3), log_integer("d", 1, 5)},
               {}),
         4 * 4 * 4 * 5},
        {"conditionals",
         Space({choice("a", {"p", "q", "r"}), below(scaled("b", Scale::integer, 1, 3), 0, {1, 2}),
                below(scaled("c", Scale::pow2, 1, 8), 1, {2}), choice("d", {"x", "y"})},
               {}),
         2 * (1 + 2 * (2 + 4))},
        {"constraints",
         Space({scaled("a", Scale::integer, 1, 12), choice("b", {"8", "9", "12"})},
               {"a divides b"}),
         4 + 3 + 6},
        {"few of many",
         Space({scaled("a", Scale::integer, 1, 300), scaled("b", Scale::integer, 1, 300)},
               {"a * b <= 3"}),
         5},
    };
}

// The configuration of a point in a form in which two can be compared.
std::vector<double> configuration(const Space& space, std::span<const double> point) {
    std::vector<double> values(point.size());
    space.values(point, values);
    for (double& v : values) v = std::isnan(v) ? -1e9 : v;
    return values;
}

std::vector<std::vector<double>> configurations(const Space& space, const Study& study) {
    const auto size = static_cast<std::size_t>(space.size());
    std::vector<std::vector<double>> all;
    for (std::size_t at = 0; at < study.proposed.size(); at += size)
        all.push_back(configuration(space, std::span(study.proposed).subspan(at, size)));
    return all;
}

double first_best(std::span<const double> v) {
    double sum = 0;
    for (const double x : v) sum += std::isnan(x) ? 0.5 : x;
    return sum;
}

}  // namespace

TEST_CASE("ranks and points of a lattice are each other's inverse", "[distinct]") {
    for (const Countable& one : countable_spaces()) {
        CAPTURE(one.name);
        const Lattice lattice(one.space, Lattice::Continuous::one);
        std::vector<double> point(static_cast<std::size_t>(one.space.size())), values(point);
        std::set<std::vector<double>> seen;
        for (std::uint64_t rank = 0; rank < lattice.size(); ++rank) {
            lattice.point(rank, point);
            one.space.values(point, values);
            seen.insert(configuration(one.space, point));
            for (std::size_t i = 0; i < point.size(); ++i)
                if (std::isnan(values[i])) point[i] = values[i];
            REQUIRE(lattice.rank(point) == rank);
        }
        CHECK(seen.size() == lattice.size());
    }
    // More configurations than can be counted.
    std::vector<SearchParameter> many;
    for (int i = 0; i < 30; ++i)
        many.push_back(scaled("x" + std::to_string(i), Scale::integer, 1, 10));
    const Space large(many, {});
    CHECK(Lattice(large, Lattice::Continuous::one).size() == Lattice::beyond_count);
    CHECK(make_sampler("random", large, {})->limit() == endless);
    const Study study = run_study("random", large, {1, 500, 1}, 50, first_best);
    CHECK(study.losses.size() == 500);
}

TEST_CASE("no configuration is proposed twice, and all are before the end", "[distinct]") {
    for (const Countable& one : countable_spaces()) {
        for (const std::string_view name : searching) {
            for (const std::int64_t generation : {4, 7, 100}) {
                CAPTURE(one.name, name, generation);
                const Study study =
                    run_study(name, one.space, {9, 1000, 1}, generation, first_best);
                const auto all = configurations(one.space, study);
                CHECK(all.size() == one.configurations);
                CHECK(std::set(all.begin(), all.end()).size() == all.size());
                std::vector<double> values(static_cast<std::size_t>(one.space.size()));
                for (std::size_t t = 0; t < all.size(); ++t) {
                    one.space.values(
                        std::span(study.proposed).subspan(t * values.size(), values.size()),
                        values);
                    CHECK(one.space.allows(values));
                }
            }
            CHECK(make_sampler(name, one.space, {})->limit() ==
                  static_cast<std::int64_t>(one.configurations));
        }
    }
}

TEST_CASE("threads, resuming and a shorter last generation change no proposal", "[distinct]") {
    for (const Countable& one : countable_spaces()) {
        for (const std::string_view name : searching) {
            CAPTURE(one.name, name);
            const auto size = static_cast<std::size_t>(one.space.size());
            const Study study = run_study(name, one.space, {3, 300, 1}, 7, first_best);
            CHECK(run_study(name, one.space, {3, 300, 3}, 7, first_best).hash() == study.hash());
            const auto asked = make_sampler(name, one.space, {3, 300, 2});
            for (std::size_t g = study.before.size(); g-- > 0;) {
                const Generation generation = study.before[g];
                const auto first = static_cast<std::size_t>(generation.first);
                const Observations seen{std::span(study.units).first(first * size),
                                        std::span(study.losses).first(first),
                                        std::span(study.before).first(g)};
                const auto there =
                    std::span(study.proposed)
                        .subspan(first * size, static_cast<std::size_t>(generation.count) * size);
                const std::vector<double> expected(there.begin(), there.end());
                CHECK(propose(*asked, one.space, seen, generation) == expected);
                CHECK(propose(*asked, one.space, seen, generation) == expected);  // asked again
                const auto fresh = make_sampler(name, one.space, {3, 300, 1});
                CHECK(propose(*fresh, one.space, seen, generation) == expected);
                if (generation.count < 4 || (name == "cma-es" && g == 0)) continue;
                const Generation shorter{generation.number, generation.first, 3};
                const auto begin = propose(*fresh, one.space, seen, shorter);
                CHECK(begin == std::vector<double>(expected.begin(),
                                                   expected.begin() + std::ptrdiff_t(3 * size)));
            }
        }
    }
}

TEST_CASE("what is given counts as proposed", "[distinct]") {
    const Space space({choice("a", {"p", "q", "r"}), choice("b", {"p", "q"}),
                       below(scaled("c", Scale::integer, 1, 3), 0, {2})},
                      {});
    const std::size_t all = 2 * (2 + 3);
    for (const std::string_view name : {"grid", "random", "sobol", "tpe", "cma-es"}) {
        CAPTURE(name);
        const auto sampler = make_sampler(name, space, {4});
        // One configuration, given twice.
        std::vector<double> values{1, 0, std::nan(""), 2, 1, 3, 1, 0, std::nan("")};
        std::vector<double> units(9);
        for (std::size_t t = 0; t < 9; t += 3)
            space.units(std::span(values).subspan(t, 3), std::span(units).subspan(t, 3));
        units.resize(40 * 3, -1);
        const std::int64_t count = sampler->propose({}, {0, 0, 6, 3}, units);
        REQUIRE(count == 6);
        Study study;
        units.resize(6 * 3);
        score(study, space, units, {0, 0, 6, 3}, first_best);
        while (true) {
            Generation next{std::ssize(study.before), std::ssize(study.losses), 4};
            const auto more = propose(*sampler, space, study.seen(), next);
            const auto fresh = make_sampler(name, space, {4});
            CHECK(propose(*fresh, space, study.seen(), next) == more);
            next.count = std::ssize(more) / 3;
            if (more.empty()) break;
            score(study, space, more, next, first_best);
        }
        const auto proposed = configurations(space, study);
        CHECK(proposed.size() == all + 1);
        CHECK(std::set(proposed.begin(), proposed.end()).size() == all);
    }
}

TEST_CASE("where some configurations are continuous, the others come once", "[distinct]") {
    const Space space({choice("kind", {"a", "b", "c"}), below(uniform("rate", 0, 1), 0, {2}),
                       below(scaled("n", Scale::integer, 1, 2), 0, {1})},
                      {"rate < 0.9"});
    for (const std::string_view name : searching) {
        CAPTURE(name);
        CHECK(make_sampler(name, space, {})->limit() >= std::int64_t{1} << 32);
        const Study study = run_study(name, space, {1, 200, 1}, 10, first_best);
        const auto all = configurations(space, study);
        CHECK(all.size() == 200);
        CHECK(std::set(all.begin(), all.end()).size() == 200);
        std::map<double, int> kinds;
        for (const auto& values : all) {
            ++kinds[values[0]];
            CHECK(values[1] < 0.9);
        }
        CHECK(kinds[0] == 1);
        CHECK(kinds[1] == 2);
        CHECK(kinds[2] == 197);
    }
}

TEST_CASE("what is left is drawn without favor", "[distinct]") {
    // Which of 20 configurations is proposed last.
    const Space space({scaled("a", Scale::integer, 1, 20)}, {});
    std::vector<double> last(20);
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        const Study study = run_study("random", space, {seed, 20, 1}, 20, first_best);
        REQUIRE(study.losses.size() == 20);
        ++last[static_cast<std::size_t>(space.value(0, study.proposed.back())) - 1];
    }
    double chi_square = 0;
    for (const double n : last) chi_square += (n - 200) * (n - 200) / 200;
    CHECK(chi_square < lockstep::test::chi_square_limit(19));
}

TEST_CASE("TPE and CMA-ES find the best of many discrete configurations sooner than random search",
          "[distinct][once]") {
    const Space space(
        {scaled("a", Scale::integer, 1, 20), stepped("b", 0, 1, 0.05), log_integer("c", 1, 100)},
        {});
    const auto loss = [](std::span<const double> v) {
        return std::abs(v[0] - 7) / 20 + std::abs(v[1] - 0.65) + std::abs(std::log(v[2] / 12)) / 4;
    };
    const auto found_at = [&](std::string_view name, std::uint64_t seed) {
        const Study study = run_study(name, space, {seed, 2000, 1}, 16, loss);
        return std::ranges::min_element(study.losses) - study.losses.begin();
    };
    int tpe = 0, cma = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const auto random = found_at("random", seed);
        tpe += found_at("tpe", seed) < random, cma += found_at("cma-es", seed) < random;
    }
    CHECK(tpe >= 9);
    CHECK(cma >= 9);
}

}  // namespace lockstep::sweep::test

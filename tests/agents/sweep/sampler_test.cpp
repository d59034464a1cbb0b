// What all samplers guarantee, and what grid and random propose.

#include <algorithm>
#include <cmath>
#include <set>

#include "agents/sweep/samplers/registry.hpp"
#include "tests/agents/sweep/studies.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/frequencies.hpp"

namespace lockstep::sweep::test {

using lockstep::test::check_refused;

TEST_CASE("a sampler's name is known or refused with the nearest", "[sampler]") {
    const Space space = box(2, 0, 1);
    CHECK(sampler_names().size() == 5);
    for (const std::string_view name : searching) CHECK(make_sampler(name, space, {}) != nullptr);
    check_refused([&] { make_sampler("sobel", space, {}); },
                  {"unknown sampler 'sobel'", "did you mean 'sobol'?", "cma-es"});
    check_refused([&] { make_sampler("sobol", Space({}, {}), {}); }, {"0 parameters", "3667"});
    check_refused([&] { make_sampler("cma-es", space, {.generation = 3}); },
                  {"cma-es", "generations of 3", "allowed 4 or more"});
}

TEST_CASE("proposals are the same on every machine", "[sampler]") {
    constexpr std::uint64_t hashes[] = {0x8b3c376d8e33ffb9U, 0xc251335ce37e753U,
                                        0xc585f2dbce2f08f7U, 0xcf3df1edfad06d14U};
    for (std::size_t i = 0; i < std::size(searching); ++i) {
        CAPTURE(searching[i]);
        const Study study = run_study(searching[i], mixed_space(), {11, 300, 1}, 25, mixed_loss);
        CHECK(study.hash() == hashes[i]);
    }
}

TEST_CASE("threads and what was asked before change nothing", "[sampler]") {
    const Space space = mixed_space();
    for (const std::string_view name : searching) {
        CAPTURE(name);
        const Study study = run_study(name, space, {5, 230, 1}, 24, mixed_loss);
        CHECK(run_study(name, space, {5, 230, 2}, 24, mixed_loss).hash() == study.hash());
        const auto asked = make_sampler(name, space, {5, 230, 2});
        for (const std::size_t g :
             {std::size_t{9}, std::size_t{4}, std::size_t{0}, std::size_t{6}}) {
            CAPTURE(g);
            const Generation generation = study.before[g];
            const auto first = static_cast<std::size_t>(generation.first);
            const auto size = static_cast<std::size_t>(space.size());
            const Observations seen{std::span(study.units).first(first * size),
                                    std::span(study.losses).first(first),
                                    std::span(study.before).first(g)};
            const auto begin = study.proposed.begin() + static_cast<std::ptrdiff_t>(first * size);
            const std::vector<double> units = propose(*asked, space, seen, generation);
            CHECK(std::equal(units.begin(), units.end(), begin));
            const auto fresh = make_sampler(name, space, {5, 230, 1});
            CHECK(propose(*fresh, space, seen, generation) == units);
        }
    }
}

TEST_CASE("studies with other seeds propose other points, all within the cube", "[sampler]") {
    const Space space = box(3, 0, 1);
    const auto loss = [](std::span<const double> v) { return v[0]; };
    for (const std::string_view name : searching) {
        CAPTURE(name);
        std::set<double> points;
        for (const std::uint64_t seed : {0ULL, 1ULL, 2ULL, 1ULL << 32U, ~0ULL})
            for (const double u : run_study(name, space, {seed, 64, 1}, 16, loss).proposed) {
                CHECK((u >= 0 && u <= 1));
                points.insert(u);
            }
        CHECK(points.size() == 5 * 64 * 3);
    }
}

TEST_CASE("what breaks a constraint is drawn anew, and left where nothing keeps it", "[sampler]") {
    const Space some({uniform("a", 0, 1), uniform("b", 0, 1)}, {"a + b <= 0.6"});
    const Space none({uniform("a", 0, 1), uniform("b", 0, 1)}, {"a + b <= -1"});
    const auto loss = [](std::span<const double> v) { return -v[0] - v[1]; };
    for (const std::string_view name : {"random", "tpe", "cma-es"}) {
        CAPTURE(name);
        const Study study = run_study(name, some, {3, 400, 1}, 20, loss);
        std::int64_t broken = 0;
        for (std::size_t t = 0; t < 400; ++t)
            broken += study.proposed[2 * t] + study.proposed[2 * t + 1] > 0.6;
        CHECK(broken == 0);
        CHECK(run_study(name, none, {3, 100, 1}, 20, loss).losses.size() == 100);
    }
}

TEST_CASE("random points are equally likely everywhere, also far on", "[sampler]") {
    const Space space = box(2, 0, 1);
    const auto sampler = make_sampler("random", space, {17});
    for (const std::int64_t first : {std::int64_t{0}, (std::int64_t{1} << 32) - 8000}) {
        constexpr int cells = 10, trials = 16000;
        std::vector<double> counts(cells * cells);
        const std::vector<double> units = propose(*sampler, space, {}, {0, first, trials});
        for (std::size_t t = 0; t < trials; ++t)
            ++counts[static_cast<std::size_t>(units[2 * t] * cells) * cells +
                     static_cast<std::size_t>(units[2 * t + 1] * cells)];
        double chi_square = 0;
        for (const double n : counts) chi_square += (n - 160) * (n - 160) / 160;
        CHECK(chi_square < lockstep::test::chi_square_limit(cells * cells - 1));
    }
}

TEST_CASE("a grid counts and visits each configuration once, the last parameter fastest",
          "[sampler][grid]") {
    SearchParameter rate = scaled("rate", Scale::log, 1e-4, 1);
    rate.points = 3;
    const Space space(
        {choice("kind", {"a", "b", "c"}), below(rate, 0, {1, 2}),
         scaled("layers", Scale::integer, 2, 3), below(scaled("width", Scale::pow2, 8, 16), 1, {1}),
         below(choice("last", {"p", "q"}), 0, {0, 2})},
        {});
    // kind a: 2 layers x 2 last; b: rates 1e-4, 1e-2 and, with 2 widths, 1: 4 x 2; c: 4 x 2 x 2.
    const auto sampler = make_sampler("grid", space, {});
    REQUIRE(sampler->limit() == 4 + 8 + 16);
    const std::vector<double> units = propose(*sampler, space, {}, {0, 0, 28});
    std::vector<std::vector<double>> all;
    for (std::size_t t = 0; t < 28; ++t) {
        std::vector<double> values(5);
        space.values(std::span(units).subspan(5 * t, 5), values);
        for (double& v : values) v = std::isnan(v) ? -1 : v;
        all.push_back(values);
    }
    CHECK(std::ranges::is_sorted(all));
    CHECK(std::set(all.begin(), all.end()).size() == 28);
    CHECK(all.front() == std::vector<double>{0, -1, 2, -1, 0});
    CHECK(all.back() == std::vector<double>{2, 1, 3, 16, 1});
    CHECK(propose(*sampler, space, {}, {3, 17, 1}) ==
          std::vector<double>(units.begin() + 85, units.begin() + 90));
}

TEST_CASE("a grid without levels or with too many is refused with the count", "[sampler][grid]") {
    check_refused([] { make_sampler("grid", Space({uniform("rate", 0, 1)}, {}), {}); },
                  {"grid", "rate", "points"});
    const auto refuse = [](std::int64_t points, int parameters, const char* count) {
        std::vector<SearchParameter> all;
        for (int i = 0; i < parameters; ++i) {
            all.push_back(uniform("x" + std::to_string(i), 0, 1));
            all.back().points = points;
        }
        check_refused([&] { make_sampler("grid", Space(all, {}), {}); },
                      {count, "allowed up to 1000000000"});
    };
    refuse(10, 12, "1000000000000 points");
    refuse(1'000'000'001, 1, "1000000001 points");
    refuse(10, 30, "2^64 points or more");
    SearchParameter x = uniform("x", 0, 1);
    x.points = 1'000'000'000;
    const Space largest({x}, {});
    const auto sampler = make_sampler("grid", largest, {});
    CHECK(sampler->limit() == 1'000'000'000);
    CHECK(propose(*sampler, largest, {}, {0, 999'999'999, 1}) == std::vector<double>{1});
    x.points = 1;
    const Space one({x, uniform("same", 2, 2)}, {});
    CHECK(make_sampler("grid", one, {})->limit() == 1);
    CHECK(propose(*make_sampler("grid", one, {}), one, {}, {0, 0, 1}) ==
          std::vector<double>{0.5, 0.5});
}

}  // namespace lockstep::sweep::test

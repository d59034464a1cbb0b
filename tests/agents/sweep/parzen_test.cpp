// The density that TPE samples from and divides by, against its formulas written out plainly.

#include <cmath>
#include <limits>

#include "agents/sweep/samplers/parzen.hpp"
#include "tests/agents/sweep/studies.hpp"
#include "tests/support/frequencies.hpp"
#include "tests/support/random.hpp"

namespace lockstep::sweep::test {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double widening = 0.7;

const SearchKernels& kernels() { return search_kernels(default_isa()); }

double area(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

// One kernel, relative to the uniform density.
double plain_kernel(const SearchParameter& p, double center, double width, double count, double x) {
    if (std::isnan(center) || std::isnan(x)) return 1;
    const auto levels = static_cast<double>(p.levels());
    if (p.scale == Scale::choice)
        return levels * (center == x ? (count + 1) / (count + levels) : 1 / (count + levels));
    const double z = (x - center) / width;
    return std::exp(-z * z / 2) / (std::sqrt(2 * M_PI) * width) /
           (area((1 - center) / width) - area(-center / width));
}

double plain_width(const Space& space, int d, const std::vector<double>& units) {
    std::vector<double> known;
    for (std::size_t t = static_cast<std::size_t>(d); t < units.size(); t += 5)
        if (!std::isnan(units[t])) known.push_back(units[t]);
    if (known.empty()) return 1;
    double mean = 0, variance = 0;
    const auto count = static_cast<double>(known.size());
    for (const double x : known) mean += x / count;
    for (const double x : known) variance += (x - mean) * (x - mean) / count;
    const double cell = space[d].discrete() ? 0.5 / static_cast<double>(space[d].levels()) : 0;
    return std::clamp(widening * std::sqrt(variance) * std::pow(count, -1.0 / 9),
                      std::max(0.02, cell), 1.0);
}

double plain_density(const Space& space, const std::vector<double>& units,
                     std::span<const double> x) {
    const std::size_t count = units.size() / 5;
    double sum = 1;  // the prior
    for (std::size_t t = 0; t < count; ++t) {
        double product = 1;
        for (int d = 0; d < 5; ++d)
            product *= plain_kernel(space[d], units[5 * t + static_cast<std::size_t>(d)],
                                    plain_width(space, d, units), static_cast<double>(count),
                                    x[static_cast<std::size_t>(d)]);
        sum += product;
    }
    return sum / static_cast<double>(count + 1);
}

Space five() {
    return Space(
        {uniform("a", 0, 1), scaled("b", Scale::integer, 1, 7), choice("c", {"p", "q", "r"}),
         below(uniform("d", 0, 1), 2, {1}), choice("e", {"only"})},
        {});
}

std::vector<double> random_points(std::mt19937_64& random, const Space& space, std::size_t count) {
    std::vector<double> values(5), units;
    for (std::size_t t = 0; t < count; ++t) {
        std::vector<double> point(5);
        for (double& u : point) u = static_cast<double>(random() >> 11U) * 0x1p-53;
        space.values(point, values);
        space.units(values, point);
        units.insert(units.end(), point.begin(), point.end());
    }
    return units;
}

std::vector<std::int64_t> all_of(std::size_t count) {
    std::vector<std::int64_t> trials;
    for (std::size_t t = 0; t < count; ++t) trials.push_back(static_cast<std::int64_t>(t));
    return trials;
}

ParzenEstimate estimate(const Space& space, const std::vector<double>& units) {
    return {space, kernels(), units, all_of(units.size() / static_cast<std::size_t>(space.size())),
            widening};
}

// How often points fall into `cells` equal cells, against the density there.
void check_drawn(const Space& space, const std::vector<double>& units, std::size_t cells) {
    const ParzenEstimate parzen = estimate(space, units);
    constexpr std::size_t fine = 16, draws = 64000;
    std::vector<double> expected(cells), counts(cells), densities(fine * cells),
        points(fine * cells);
    const bool discrete = space[0].discrete();
    for (std::size_t i = 0; i < points.size(); ++i)
        points[i] = discrete ? (static_cast<double>(i / fine) + 0.5) / static_cast<double>(cells)
                             : (static_cast<double>(i) + 0.5) / static_cast<double>(points.size());
    parzen.densities(points, densities);
    double total = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        expected[i / fine] += densities[i] / static_cast<double>(points.size());
        total += densities[i] / static_cast<double>(points.size());
    }
    CHECK(std::abs(total - 1) < 1e-4);  // the widths are at least three steps of this sum
    const ProposalDraws random(23);
    for (std::int64_t block = 0; block < static_cast<std::int64_t>(draws) / 16; ++block) {
        std::vector<double> rows(32), drawn(16);
        random.of_draws(block, 0, rows);
        parzen.draw(rows, drawn);
        for (const double u : drawn)
            ++counts[static_cast<std::size_t>(u * static_cast<double>(cells))];
    }
    double chi_square = 0;
    for (std::size_t c = 0; c < cells; ++c) {
        const double mean = expected[c] * draws;
        chi_square += (counts[c] - mean) * (counts[c] - mean) / mean;
    }
    CHECK(chi_square < lockstep::test::chi_square_limit(cells - 1));
}

}  // namespace

// Areas of normals are off by up to 7.5e-8, and are at least 0.34, in two dimensions.
TEST_CASE("a Parzen estimate is its formula", "[tpe]") {
    auto random = lockstep::test::random_numbers("parzen");
    const Space space = five();
    for (const std::size_t trials :
         {std::size_t{1}, std::size_t{15}, std::size_t{16}, std::size_t{90}}) {
        const std::vector<double> units = random_points(random, space, trials);
        const std::vector<double> points = random_points(random, space, 64);
        std::vector<double> densities(64);
        estimate(space, units).densities(points, densities);
        for (std::size_t p = 0; p < 64; ++p)
            CHECK(densities[p] ==
                  Approx(plain_density(space, units, std::span(points).subspan(5 * p, 5)))
                      .epsilon(1e-6));
    }
}

TEST_CASE("a parameter without a value counts nothing", "[tpe]") {
    const Space space({uniform("a", 0, 1), uniform("b", 0, 1)}, {});
    const std::vector<double> units{0.2, none, 0.7, 0.4}, one{0.2, 0.7};
    std::vector<double> with(1), without(1);
    estimate(space, units).densities(std::vector<double>{0.3, none}, with);
    const Space single({uniform("a", 0, 1)}, {});
    // For other dimensions Scott's rule uses another power.
    const double ratio = std::pow(2.0, -1.0 / 6) / std::pow(2.0, -1.0 / 5);
    ParzenEstimate(single, kernels(), one, all_of(2), widening * ratio)
        .densities(std::vector<double>{0.3}, without);
    CHECK(with[0] == Approx(without[0]).epsilon(1e-12));
}

TEST_CASE("what is drawn has the density, whose whole is one", "[tpe]") {
    check_drawn(box(1, 0, 1), {0.05, 0.5, 0.52, 0.97, 0.3, 0.31}, 40);
    check_drawn(Space({choice("c", {"a", "b", "c", "d"})}, {}), {0.125, 0.125, 0.625}, 4);
}

TEST_CASE("TPE keeps to good choices and their conditional parameters", "[tpe]") {
    const Space space({choice("kind", {"a", "b", "c"}), below(uniform("x", 0, 1), 0, {1})}, {});
    const auto loss = [](std::span<const double> v) {
        return v[0] == 1 ? (v[1] - 0.8) * (v[1] - 0.8) : 1;
    };
    const Study study = run_study("tpe", space, {9, 400, 1}, 20, loss);
    int good = 0, near = 0;
    for (std::size_t t = 300; t < 400; ++t) {
        const bool kind = study.units[2 * t] == 0.5;
        good += kind;
        near += kind && std::abs(study.units[2 * t + 1] - 0.8) < 0.1;
    }
    CHECK(good > 80);
    CHECK(near > 60);
}

TEST_CASE("TPE avoids what failed, and starts at random until enough came back", "[tpe]") {
    const Space space = box(2, 0, 1);
    const auto loss = [](std::span<const double> v) {
        return v[0] < 0.5 ? std::numeric_limits<double>::infinity() : v[1];
    };
    const Study study = run_study("tpe", space, {4, 320, 1}, 32, loss);
    int failed = 0;
    for (std::size_t t = 160; t < 320; ++t) failed += !std::isfinite(study.losses[t]);
    CHECK(failed < 24);
    const auto nothing = [](std::span<const double>) { return std::nan(""); };
    CHECK(run_study("tpe", space, {4, 320, 1}, 32, nothing).hash() ==
          run_study("random", space, {4, 320, 1}, 32, nothing).hash());
}

}  // namespace lockstep::sweep::test

// CMA-ES: its update against another implementation, and the sampler built on it.

#include <algorithm>
#include <cmath>
#include <limits>

#include "agents/sweep/samplers/cma_distribution.hpp"
#include "agents/sweep/samplers/jacobi.hpp"
#include "agents/sweep/samplers/registry.hpp"
#include "tests/agents/sweep/studies.hpp"
#include "tests/support/random.hpp"
#include "tests/support/recorded.hpp"

namespace lockstep::sweep::test {
namespace {

// The other implementation adds in another order, and its logarithms differ in the last bit.
void check_near(std::span<const double> ours, const std::vector<double>& theirs) {
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < theirs.size(); ++i)
        CHECK(std::abs(ours[i] - theirs[i]) <= 1e-11 * (1 + std::abs(theirs[i])));
}

double spread(const Study& study, std::size_t generation, std::size_t size) {
    const auto [first, count] =
        std::pair(study.before[generation].first, study.before[generation].count);
    double low = 1, high = 0;
    for (std::int64_t t = first; t < first + count; ++t) {
        const double u = study.proposed[static_cast<std::size_t>(t) * size];
        low = std::min(low, u), high = std::max(high, u);
    }
    return high - low;
}

double sphere(std::span<const double> v) {
    double sum = 0;
    for (const double x : v) sum += (x - 0.3) * (x - 0.3);
    return sum;
}

}  // namespace

TEST_CASE("the distribution moves as that of the cmaes package", "[cma]") {
    const auto golden = lockstep::test::recorded("sweep/cma_es.json");
    for (const auto& [name, size] : {std::pair("small", 3), std::pair("large", 2)}) {
        CAPTURE(name);
        REQUIRE(golden.at(name).size() >= 3);
        CmaDistribution distribution(std::vector<double>(static_cast<std::size_t>(size), 0.5),
                                     0.25);
        for (const auto& row : golden.at(name)) {
            distribution.fold(row.at("steps").get<std::vector<double>>());
            check_near(distribution.mean(), row.at("mean").get<std::vector<double>>());
            check_near(std::vector<double>{distribution.sigma()}, {row.at("sigma").get<double>()});
            check_near(distribution.covariance(), row.at("covariance").get<std::vector<double>>());
        }
    }
}

TEST_CASE("steps have the distribution's covariance", "[cma]") {
    const auto rows = lockstep::test::recorded("sweep/cma_es.json").at("small");
    CmaDistribution distribution(std::vector<double>(3, 0.5), 0.25);
    for (const auto& row : rows) distribution.fold(row.at("steps").get<std::vector<double>>());
    // The steps of unit vectors are the columns of a square root of the covariance.
    std::vector<double> product(9);
    for (std::size_t k = 0; k < 3; ++k) {
        std::vector<double> unit(3), step(3);
        unit[k] = 1;
        distribution.step(unit, step);
        for (std::size_t at = 0; at < 9; ++at) product[at] += step[at / 3] * step[at % 3];
    }
    check_near(product, {distribution.covariance().begin(), distribution.covariance().end()});
}

TEST_CASE("eigenvectors are orthogonal and rebuild the matrix", "[cma]") {
    auto random = lockstep::test::random_numbers("eigenvectors");
    std::normal_distribution<double> normal;
    for (const int n : {1, 2, 3, 7, 20}) {
        const auto size = static_cast<std::size_t>(n);
        std::vector<double> root(size * size), matrix(root.size()), axes(root.size());
        for (double& x : root) x = normal(random);
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < size; ++j)
                for (std::size_t k = 0; k < size; ++k)
                    matrix[i * size + j] += root[i * size + k] * root[j * size + k];
        std::vector<double> diagonal = matrix;
        diagonalize(diagonal, axes, n);
        double worst = 0;
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < size; ++j) {
                double rebuilt = 0, product = 0;
                for (std::size_t k = 0; k < size; ++k) {
                    rebuilt += axes[i * size + k] * diagonal[k * size + k] * axes[j * size + k];
                    product += axes[k * size + i] * axes[k * size + j];
                }
                worst = std::max(worst, std::abs(product - (i == j)));
                worst = std::max(worst, std::abs(rebuilt - matrix[i * size + j]) / n);
            }
        CHECK(worst < 1e-12);
    }
}

TEST_CASE("CMA-ES closes in, and begins anew when it has collapsed", "[cma]") {
    const Study study = run_study("cma-es", box(2, 0, 1), {3, 3000, 1}, 10, sphere);
    std::size_t closest = 0, generation = 0;
    while (generation < 300 && spread(study, generation, 2) > 1e-5) ++generation;
    closest = generation;
    REQUIRE(closest < 200);
    while (generation < 300 && spread(study, generation, 2) < 0.1) ++generation;
    CHECK(generation < 300);
    CHECK(study.best() < 1e-10);
}

TEST_CASE("an optimum at the cube's border is found", "[cma]") {
    const auto loss = [](std::span<const double> v) { return v[0] - v[1]; };
    CHECK(run_study("cma-es", box(2, 0, 1), {3, 800, 1}, 10, loss).best() < -1 + 1e-2);
}

TEST_CASE("the margin keeps the next cell in reach", "[cma]") {
    const Space space({scaled("n", Scale::integer, 1, 10), uniform("x", 0, 1)}, {});
    const auto loss = [](std::span<const double> v) {
        return std::abs(v[0] - 4) + (v[1] - 0.3) * (v[1] - 0.3);
    };
    const Study study = run_study("cma-es", space, {8, 600, 1}, 10, loss);
    int best_cell = 0, others = 0;
    for (std::size_t t = 200; t < 600; ++t) {
        const bool there = space.value(0, study.proposed[2 * t]) == 4;
        best_cell += there, others += !there;
    }
    CHECK(best_cell > 200);
    CHECK(others > 10);
}

TEST_CASE("failed trials rank last, and a generation of them moves nothing", "[cma]") {
    const Space space = box(2, 0, 1);
    const auto half = [](std::span<const double> v) {
        return v[0] > 0.5 ? std::numeric_limits<double>::infinity() : sphere(v);
    };
    CHECK(run_study("cma-es", space, {5, 600, 1}, 10, half).best() < 1e-6);
    const auto nothing = [](std::span<const double>) {
        return std::numeric_limits<double>::infinity();
    };
    const Study failed = run_study("cma-es", space, {5, 40, 1}, 20, nothing);
    const Study begun = run_study("cma-es", space, {5, 20, 1}, 20, sphere);
    const auto sampler = make_sampler("cma-es", space, {5});
    CHECK(std::equal(begun.proposed.begin(), begun.proposed.end(), failed.proposed.begin()));
    CHECK(propose(*sampler, space, {}, {1, 20, 20}) ==
          std::vector<double>(failed.proposed.begin() + 40, failed.proposed.end()));
}

}  // namespace lockstep::sweep::test

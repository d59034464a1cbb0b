// The samplers' kernels against the C library, against plain loops, and across instruction sets.

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "engine/machine/library_kernels.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random.hpp"

namespace lockstep::test {
namespace {

double area(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

struct Uniform {
    std::mt19937_64 random;
    double operator()() { return static_cast<double>(random() >> 11U) * 0x1p-53; }
    std::vector<double> many(std::size_t count, double low, double high) {
        std::vector<double> all(count);
        for (double& x : all) x = low + (high - low) * (*this)();
        return all;
    }
};

struct Mixture {
    int dimensions, kernels;
    std::vector<double> weight, center, steepness, height;
    std::vector<std::uint8_t> category;

    MixtureView view() const {
        return {dimensions,       kernels,       weight.data(),  center.data(),
                steepness.data(), height.data(), category.data()};
    }
    double density(const double* point) const {
        double sum = 0;
        for (std::size_t k = 0; k < weight.size(); ++k) {
            double exponent = 0;
            for (std::size_t d = 0; d < category.size(); ++d) {
                const std::size_t at = d * weight.size() + k;
                const double apart = point[d] - center[at];
                if (std::isnan(point[d])) continue;
                exponent +=
                    height[at] - steepness[at] * (category[d] ? double(apart != 0) : apart * apart);
            }
            sum += weight[k] * std::exp(exponent);
        }
        return sum;
    }
};

Mixture random_mixture(Uniform& uniform, int dimensions, int kernels) {
    const auto count = static_cast<std::size_t>(kernels);
    const std::size_t size = count * static_cast<std::size_t>(dimensions);
    Mixture m{dimensions,
              kernels,
              uniform.many(count, 0, 1),
              uniform.many(size, 0, 1),
              uniform.many(size, 0, 300),
              uniform.many(size, -1, 3),
              std::vector<std::uint8_t>(static_cast<std::size_t>(dimensions))};
    m.weight.back() = 0;
    m.category[1] = 1;
    for (std::size_t k = 0; k < count; ++k) m.center[count + k] = k % 3 == 0 ? 0.25 : 0.75;
    return m;
}

std::vector<double> random_points(Uniform& uniform, std::size_t count, std::size_t dimensions) {
    std::vector<double> points = uniform.many(count * dimensions, 0, 1);
    for (std::size_t p = 0; p < count; ++p) {
        points[p * dimensions + 1] = p % 2 == 0 ? 0.25 : 0.75;
        if (p % 5 == 0) points[p * dimensions + 2] = std::numeric_limits<double>::quiet_NaN();
    }
    return points;
}

const SearchKernels& kernels() { return search_kernels(default_isa()); }

}  // namespace

// The bound is Acklam's, 1.15e-9 of the value, plus the rounding of a quantile near 0.
TEST_CASE("normal quantiles are those of the normal distribution", "[search]") {
    std::vector<double> x;
    for (int i = 0; i < 1600; ++i) x.push_back(-8.0 + 0.01 * i);
    std::vector<double> areas;
    for (const double at : x) areas.push_back(area(at));
    kernels().quantiles(areas.data(), static_cast<int>(areas.size()));
    for (std::size_t i = 0; i < x.size(); ++i) {
        // Near 1 an area has too few digits to recover its argument.
        if (x[i] < 4) CHECK(std::abs(areas[i] - x[i]) <= 1.2e-9 * std::abs(x[i]) + 1e-12);
    }
    double ends[16] = {0, 1};
    kernels().quantiles(ends, 16);
    CHECK((ends[0] > -8.5 && ends[0] < -8));
    CHECK((ends[1] > 8 && ends[1] < 8.5));
}

// Areas are off by up to 7.5e-8 each, and at least 0.34 in total.
TEST_CASE("truncated normals have the heights that make their areas one", "[search]") {
    Uniform uniform{seeded("heights", 1)};
    const std::vector<double> center = uniform.many(256, 0, 1);
    for (const double width : {0.01, 0.1, 1.0}) {
        std::vector<double> heights(center.size());
        kernels().heights(center.data(), width, 256, heights.data());
        for (std::size_t i = 0; i < center.size(); ++i) {
            const double inside = area((1 - center[i]) / width) - area(-center[i] / width);
            CHECK(std::abs(heights[i] + std::log(width * std::sqrt(2 * M_PI) * inside)) < 5e-7);
        }
    }
}

TEST_CASE("truncated normals are drawn by their areas", "[search]") {
    Uniform uniform{seeded("truncated", 2)};
    const std::vector<double> center = uniform.many(4096, 0, 1),
                              width = uniform.many(4096, 0.05, 1);
    const std::vector<double> uniforms = uniform.many(4096, 0, 1);
    std::vector<double> drawn = uniforms;
    kernels().truncated(center.data(), width.data(), 4096, drawn.data());
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        const double low = area(-center[i] / width[i]), high = area((1 - center[i]) / width[i]);
        const double share = (area((drawn[i] - center[i]) / width[i]) - low) / (high - low);
        CHECK(std::abs(share - uniforms[i]) < 5e-7);
    }
}

// Exponents of up to a few hundred are rounded like any double: 1e-12 is generous.
TEST_CASE("a mixture's density is that of a plain loop", "[search]") {
    Uniform uniform{random_numbers("mixture")};
    const Mixture mixture = random_mixture(uniform, 4, 48);
    const std::vector<double> points = random_points(uniform, 100, 4);
    std::vector<double> densities(100);
    kernels().densities(mixture.view(), points.data(), 100, densities.data());
    for (std::size_t p = 0; p < 100; ++p)
        CHECK(densities[p] == Approx(mixture.density(&points[4 * p])).epsilon(1e-12));
}

TEST_CASE("search kernels give the same bits on every instruction set", "[search]") {
    Uniform uniform{random_numbers("search kernels")};
    const Mixture mixture = random_mixture(uniform, 5, 64);
    const std::vector<double> points = random_points(uniform, 40, 5);
    const std::vector<double> areas = uniform.many(1024, 0, 1),
                              widths = uniform.many(1024, 0.01, 1);
    std::uint32_t id[16], time[16];
    for (std::uint32_t i = 0; i < 16; ++i) id[i] = i * 7, time[i] = i;
    const auto results = [&](Isa isa) {
        const SearchKernels& k = search_kernels(isa);
        std::vector<std::vector<double>> all(5);
        all[0].resize(160), all[1] = areas, all[2] = areas, all[3].resize(1024), all[4].resize(40);
        k.uniforms({{1, 2}}, id, time, 10, all[0].data());
        k.quantiles(all[1].data(), 1024);
        k.truncated(widths.data(), widths.data(), 1024, all[2].data());
        k.heights(areas.data(), 0.3, 1024, all[3].data());
        k.densities(mixture.view(), points.data(), 40, all[4].data());
        return all;
    };
    const auto scalar = results(Isa::scalar), tested = results(default_isa());
    for (std::size_t i = 0; i < scalar.size(); ++i) {
        CAPTURE(i);
        CHECK(std::memcmp(scalar[i].data(), tested[i].data(), scalar[i].size() * 8) == 0);
    }
}

}  // namespace lockstep::test

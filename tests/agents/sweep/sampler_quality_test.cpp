// Samplers that learn do better than random search with as many trials. Seeds are fixed, so these
// tests are gates: 17 of 20 would occur by chance once in 700.

#include <cmath>
#include <limits>

#include "tests/agents/sweep/studies.hpp"

namespace lockstep::sweep::test {
namespace {

constexpr int studies = 20, trials = 512;

struct Problem {
    const char* name;
    Space space;
    Loss loss;
};

double rosenbrock(std::span<const double> x) {
    double sum = 0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
        sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
    return sum;
}
// The optimum is at no special place.
double sphere(std::span<const double> x) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        sum += std::pow(x[i] - 0.3 * static_cast<double>(i) - 0.1, 2);
    return sum;
}
double rastrigin(std::span<const double> x) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double at = x[i] - 0.37 * static_cast<double>(i + 1);
        sum += at * at + 10 - 10 * std::cos(2 * M_PI * at);
    }
    return sum;
}
double branin(std::span<const double> x) {
    const double bend = x[1] - 5.1 / (4 * M_PI * M_PI) * x[0] * x[0] + 5 / M_PI * x[0] - 6;
    return bend * bend + 10 * (1 - 1 / (8 * M_PI)) * std::cos(x[0]) + 10;
}
double hartmann6(std::span<const double> x) {
    static constexpr double height[] = {1, 1.2, 3, 3.2};
    static constexpr double steep[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                                           {0.05, 10, 17, 0.1, 8, 14},
                                           {3, 3.5, 1.7, 10, 17, 8},
                                           {17, 8, 0.05, 10, 0.1, 14}};
    static constexpr double center[4][6] = {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                                            {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                                            {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                                            {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}};
    double sum = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        double exponent = 0;
        for (std::size_t j = 0; j < 6; ++j)
            exponent += steep[i][j] * std::pow(x[j] - center[i][j], 2);
        sum -= height[i] * std::exp(-exponent);
    }
    return sum;
}

std::vector<Problem> problems() {
    return {{"sphere", box(5, -2, 2), sphere},
            {"rosenbrock", box(5, -2, 2), rosenbrock},
            {"rastrigin", box(5, -5.12, 5.12), rastrigin},
            {"branin", Space({uniform("x0", -5, 10), uniform("x1", 0, 15)}, {}), branin},
            {"hartmann6", box(6, 0, 1), hartmann6},
            {"mixed", mixed_space(), mixed_loss}};
}

int wins(std::string_view sampler, std::int64_t generation, const Problem& problem) {
    int won = 0;
    for (std::uint64_t seed = 0; seed < studies; ++seed) {
        const SamplerConfig config{seed, trials, 1};
        const auto best = [&](std::string_view name) {
            return run_study(name, problem.space, config, generation, problem.loss).best();
        };
        won += best(sampler) < best("random");
    }
    return won;
}

// The mean distance of a generation's points to their nearest neighbor.
double nearest(std::span<const double> units, std::size_t size) {
    double sum = 0;
    const std::size_t count = units.size() / size;
    for (std::size_t a = 0; a < count; ++a) {
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t b = 0; b < count; ++b) {
            double squares = 0;
            for (std::size_t d = 0; d < size; ++d)
                squares += std::pow(units[a * size + d] - units[b * size + d], 2);
            if (a != b) least = std::min(least, std::sqrt(squares));
        }
        sum += least;
    }
    return sum / static_cast<double>(count);
}

}  // namespace

TEST_CASE("TPE and CMA-ES beat random search", "[sampler]") {
    for (const Problem& problem : problems()) {
        CAPTURE(problem.name);
        CHECK(wins("tpe", 64, problem) >= 17);
        CHECK(wins("tpe", 16, problem) >= 17);
        CHECK(wins("cma-es", 16, problem) >= 17);
    }
}

TEST_CASE("a generation of TPE's is spread out, even where it closes in", "[sampler]") {
    const Study study = run_study("tpe", box(5, -2, 2), {1, 1024, 1}, 64, sphere);
    const auto last = std::span(study.proposed).last(64 * 5);
    CHECK(nearest(last, 5) > 0.01);
}

}  // namespace lockstep::sweep::test

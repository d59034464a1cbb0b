// Scrambled Sobol points: Boost's points, and the properties of a net.

#include <boost/random/sobol.hpp>

#include <algorithm>
#include <cmath>
#include <set>

#include "agents/sweep/samplers/proposal_draws.hpp"
#include "agents/sweep/samplers/registry.hpp"
#include "agents/sweep/samplers/scramble.hpp"
#include "tests/agents/sweep/studies.hpp"
#include "tests/support/random.hpp"

namespace lockstep::sweep::test {

TEST_CASE("scrambling permutes, and bits depend on those above alone", "[sampler][sobol]") {
    auto random = lockstep::test::random_numbers("scrambling");
    for (int round = 0; round < 20; ++round) {
        const auto seed = static_cast<std::uint32_t>(random());
        for (const unsigned depth : {1U, 4U, 11U}) {
            std::set<std::uint32_t> intervals;
            for (std::uint32_t top = 0; top < 1U << depth; ++top) {
                const std::uint32_t begin = top << (32 - depth);
                const auto inside = static_cast<std::uint32_t>(random()) >> depth;
                const std::uint32_t interval = scrambled(begin, seed) >> (32 - depth);
                intervals.insert(interval);
                CHECK(scrambled(begin | inside, seed) >> (32 - depth) == interval);
            }
            CHECK(intervals.size() == std::size_t{1} << depth);
        }
    }
}

TEST_CASE("Sobol's points are Boost's, scrambled, from any trial on", "[sampler][sobol]") {
    constexpr std::size_t dimensions = 7;
    const Space space = box(dimensions, 0, 1);
    const auto sampler = make_sampler("sobol", space, {42});
    std::vector<double> rows(dimensions * draws_at_once);
    ProposalDraws(42).of_trials(0, 0, rows);
    const std::vector<double> all = propose(*sampler, space, {}, {0, 0, 1000});
    boost::random::sobol boost(dimensions);  // without the first point, the origin
    for (std::size_t at = 0; at < all.size(); ++at) {
        const auto seed = static_cast<std::uint32_t>(rows[at % dimensions * 16] * 0x1p32);
        const auto plain = at < dimensions ? 0U : static_cast<std::uint32_t>(boost() >> 32U);
        CHECK(all[at] == (scrambled(plain, seed) + 0.5) * 0x1p-32);
    }
    for (const std::int64_t first : {1, 2, 3, 64, 999, 5, 0}) {
        const std::vector<double> one = propose(*sampler, space, {}, {0, first, 1});
        CHECK(std::equal(one.begin(), one.end(), all.begin() + first * std::int64_t{dimensions}));
    }
}

TEST_CASE("Sobol's first 2^m trials are a net", "[sampler][sobol]") {
    constexpr int m = 8, trials = 1 << m;
    const Space space = box(6, 0, 1);
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        const auto sampler = make_sampler("sobol", space, {seed});
        const std::vector<double> units = propose(*sampler, space, {}, {0, 0, trials});
        for (std::size_t d = 0; d < 6; ++d) {
            std::set<int> intervals;
            for (std::size_t t = 0; t < trials; ++t)
                intervals.insert(static_cast<int>(units[6 * t + d] * trials));
            CHECK(intervals.size() == trials);
        }
        // The first two dimensions together: every elementary box has one point.
        for (int bits = 0; bits <= m; ++bits) {
            std::set<std::pair<int, int>> boxes;
            for (std::size_t t = 0; t < trials; ++t)
                boxes.emplace(static_cast<int>(units[6 * t] * (1 << bits)),
                              static_cast<int>(units[6 * t + 1] * (1 << (m - bits))));
            CHECK(boxes.size() == trials);
        }
    }
}

namespace {

// Warnock's formula for the square of the L2 star discrepancy.
double discrepancy(std::string_view name, std::uint64_t seed) {
    constexpr std::size_t trials = 256, dimensions = 4;
    const Space space = box(dimensions, 0, 1);
    const std::vector<double> u =
        propose(*make_sampler(name, space, {seed}), space, {}, {0, 0, trials});
    double single = 0, pairs = 0;
    for (std::size_t i = 0; i < trials; ++i) {
        double product = 1;
        for (std::size_t d = 0; d < dimensions; ++d)
            product *= 1 - u[i * dimensions + d] * u[i * dimensions + d];
        single += product;
        for (std::size_t j = 0; j < trials; ++j) {
            double least = 1;
            for (std::size_t d = 0; d < dimensions; ++d)
                least *= 1 - std::max(u[i * dimensions + d], u[j * dimensions + d]);
            pairs += least;
        }
    }
    return std::pow(3.0, -4) - std::pow(2.0, 1 - 4) / trials * single + pairs / (trials * trials);
}

}  // namespace

TEST_CASE("Sobol's points lie more evenly than random ones", "[sampler][sobol]") {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U})
        CHECK(discrepancy("sobol", seed) < discrepancy("random", seed) / 3);
}

}  // namespace lockstep::sweep::test

// Summary statistics against NumPy 2.4.6 and SciPy 1.17.1 (Python 3, repr of each result). The
// calls that made a literal are next to it; `v` in them is `sample` below.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <lockstep/statistics.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

namespace lockstep {
namespace {

const std::vector<double> sample{3.5, -1.25, 0.1, 7.75, 0.2, 12.0, -4.5, 0.3, 2.125, 9.9, 1e-3};

std::string shortest(double value) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::vector<double> sorted_sample() {
    std::vector<double> sorted = sample;
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

// SciPy adds in another order, so the last bits may differ; 1e-15 is about five of them.
Approx nearly(double value) { return Approx(value).epsilon(1e-15); }

}  // namespace

TEST_CASE("the basic policy's returns have the published mean and deviation", "[statistics]") {
    const test::Csv episodes(std::string(LOCKSTEP_GOLDEN_DIR) + "/cartpole/basic_policy.csv");
    const std::vector<double> returns = episodes.numbers("total_reward");
    REQUIRE(returns.size() == 500);
    CHECK(shortest(mean(returns)) == "41.698");
    CHECK(shortest(standard_deviation(returns)) == "8.389445512070509");
    CHECK(shortest(interquartile_mean(returns)) == "41.008");  // st.trim_mean(returns, 0.25)
}

TEST_CASE("mean and deviation are NumPy's", "[statistics]") {
    CHECK(mean(sample) == 2.7387272727272727);               // np.mean(v)
    CHECK(standard_deviation(sample) == 4.845651548101642);  // np.std(v)
    CHECK(mean(std::vector{3.5}) == 3.5);
    CHECK(standard_deviation(std::vector{3.5}) == 0.0);
}

TEST_CASE("a mean keeps what a plain sum would lose", "[statistics]") {
    const std::vector<double> cancelling{1e16, 1.0, -1e16, 1.0};
    CHECK(mean(cancelling) == 0.5);  // math.fsum(x) / 4; np.mean gives 0.25
    const std::vector<double> larger_last{1.0, 1e16, 1.0, -1e16};
    CHECK(mean(larger_last) == 0.5);
}

TEST_CASE("quantiles are NumPy's, bit for bit", "[statistics]") {
    // np.quantile(np.sort(v), q)
    const std::vector<std::pair<double, double>> expected{
        {0.0, -4.5},   {0.025, -3.6875}, {0.1, -1.25},    {0.25, 0.0505}, {0.5, 0.3},
        {0.75, 5.625}, {0.9, 9.9},       {0.975, 11.475}, {1.0, 12.0}};
    for (const auto& [q, value] : expected) {
        CAPTURE(q);
        CHECK(quantile(sorted_sample(), q) == value);
    }
}

TEST_CASE("quantiles between few values are NumPy's, bit for bit", "[statistics]") {
    // np.quantile([-0.1, 0.2, 0.7, 1.1], q)
    const std::vector<double> few{-0.1, 0.2, 0.7, 1.1};
    CHECK(quantile(few, 0.1) == -0.009999999999999981);
    CHECK(quantile(few, 0.3) == 0.16999999999999998);
    CHECK(quantile(few, 0.5) == 0.44999999999999996);
    CHECK(quantile(few, 0.9) == 0.9800000000000001);
    CHECK(quantile(std::vector{7.0}, 0.3) == 7.0);
}

TEST_CASE("the interquartile mean cuts floor(n / 4) at both ends, as SciPy does", "[statistics]") {
    // [st.trim_mean(v[:n], 0.25) for n in range(1, 12)]
    const std::array<double, 11> expected{3.5,
                                          1.125,
                                          0.7833333333333333,
                                          1.8,
                                          1.2666666666666666,
                                          2.8875,
                                          2.06,
                                          1.025,
                                          1.2449999999999999,
                                          2.329166666666667,
                                          1.9965714285714284};
    for (std::size_t n = 1; n <= expected.size(); ++n) {
        CAPTURE(n);
        CHECK(interquartile_mean(std::span(sample).first(n)) == nearly(expected[n - 1]));
    }
}

TEST_CASE("the interquartile mean does not depend on the order", "[statistics]") {
    std::vector<double> backwards = sorted_sample();
    std::reverse(backwards.begin(), backwards.end());
    CHECK(interquartile_mean(backwards) == interquartile_mean(sample));
}

TEST_CASE("bootstrap intervals follow the documented draws", "[statistics]") {
    // w = SplitMix64 in Python integers (seed 1234567 gives 6457827717110365317 first);
    // r = [stat([v[(w(seed, b*11 + j) * 11) >> 64] for j in range(11)]) for b in range(200)];
    // np.quantile(r, (0.025, 0.975)); stat is math.fsum(x) / 11, or st.trim_mean(x, 0.25).
    struct Expected {
        std::uint64_t seed;
        double (*statistic)(std::span<const double>);
        Interval interval;
    };
    const std::vector<Expected> all{
        {0, mean, {-0.0377522727272727, 5.729584090909092}},
        {0, interquartile_mean, {-0.46432499999999993, 5.5740678571428575}},
        {42, mean, {0.24722272727272732, 5.688727272727274}},
        {42, interquartile_mean, {-0.23944999999999989, 5.890089285714286}},
        {0xffffffffffffffffu, mean, {0.25852954545454554, 6.136111363636364}},
        {0xffffffffffffffffu, interquartile_mean, {-0.24971785714285705, 6.4836607142857146}}};
    for (const auto& [seed, statistic, expected] : all) {
        CAPTURE(seed);
        const Interval interval = bootstrap_interval(sample, statistic, 200, seed);
        CHECK(interval.low == nearly(expected.low));
        CHECK(interval.high == nearly(expected.high));
    }
}

TEST_CASE("bootstrap intervals agree with SciPy's within Monte Carlo error", "[statistics]") {
    // st.bootstrap((v,), np.mean, n_resamples=200000, method='percentile',
    //              rng=np.random.default_rng(1)): (0.0296, 5.7228).
    // With 20000 resamples the standard error of each end is about 0.03.
    const Interval interval = bootstrap_interval(sample, mean, 20000, 1);
    CHECK(interval.low == Approx(0.0296).margin(0.1));
    CHECK(interval.high == Approx(5.7228).margin(0.1));
}

TEST_CASE("a bootstrap of one value is that value", "[statistics]") {
    const Interval interval = bootstrap_interval(std::vector{7.0}, mean, 3, 42);
    CHECK(interval.low == 7.0);
    CHECK(interval.high == 7.0);
}

}  // namespace lockstep

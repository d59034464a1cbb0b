// Summary numbers of a set of returns, for learning curves and evaluations, never in a hot loop:
// mean, spread, quantiles, interquartile mean, bootstrap intervals.
//
// Must not:  know learners, environments, threads, or how results are printed.
// Invariant: a result is a pure function of the arguments, with the same bits on every target, in
//            the values' unit. `values` is not empty and holds no NaN or infinity: either is our
//            own bug, and an empty span fails an assertion.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace lockstep {

// The arithmetic mean, summed in index order with compensation, so that rounding does not grow with
// the number of values. Source: A. Neumaier, ZAMM 54 (1974), the improved Kahan sum.
[[nodiscard]] double mean(std::span<const double> values);

// The population standard deviation: divides by n, not n - 1 (ddof = 0, as numpy.std does), in two
// passes. One value gives 0.
[[nodiscard]] double standard_deviation(std::span<const double> values);

// The q-quantile, q in [0, 1], of values already sorted in ascending order: NumPy's default, linear
// interpolation at position q (n - 1). Source: R. J. Hyndman, Y. Fan, "Sample quantiles in
// statistical packages" (1996), definition 7. Unsorted values or another q fail an assertion.
[[nodiscard]] double quantile(std::span<const double> sorted, double q);

// The mean of what is left after cutting the floor(n / 4) smallest and as many of the largest
// values: scipy.stats.trim_mean(values, 0.25). The order of the values does not affect the result.
// Source: R. Agarwal et al., "Deep RL at the edge of the statistical precipice" (2021).
[[nodiscard]] double interquartile_mean(std::span<const double> values);

// Both ends belong to the interval; low <= high.
struct Interval {
    double low = 0.0;
    double high = 0.0;
};

// The 95 % percentile bootstrap interval of `statistic`: its 2.5 % and 97.5 % quantiles over
// `resamples` (at least 1) sets of n values drawn with replacement. Draw j of resample r is value
// number floor(n w / 2^64), where w is output r n + j (from 0) of SplitMix64 started at `seed`.
// Sources: B. Efron, "Bootstrap methods" (1979); G. Steele et al., "Fast splittable pseudorandom
// number generators" (2014). The values' order matters, since draws are by index.
[[nodiscard]] Interval bootstrap_interval(
    std::span<const double> values, const std::function<double(std::span<const double>)>& statistic,
    int resamples, std::uint64_t seed);

}  // namespace lockstep

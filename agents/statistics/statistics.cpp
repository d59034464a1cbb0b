
#include <lockstep/statistics.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <vector>

namespace lockstep {
namespace {

__extension__ typedef unsigned __int128 u128;

class CompensatedSum {
public:
    void add(double value) {
        const double next = sum_ + value;
        // The lost part is exact only when it is recovered from the larger operand.
        lost_ += std::abs(sum_) >= std::abs(value) ? (sum_ - next) + value : (value - next) + sum_;
        sum_ = next;
    }

    [[nodiscard]] double total() const { return sum_ + lost_; }

private:
    double sum_ = 0.0;
    double lost_ = 0.0;
};

// SplitMix64's only state is a step count, so any output follows from its number alone.
std::uint64_t split_mix(std::uint64_t seed, std::uint64_t number) {
    std::uint64_t z = seed + (number + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

// Some indices are likelier than others by up to one word in 2^64, far less than a bootstrap
// notices.
std::size_t scale_to(std::size_t count, std::uint64_t word) {
    return static_cast<std::size_t>((static_cast<u128>(word) * count) >> 64);
}

std::vector<double> sorted_copy(std::span<const double> values) {
    std::vector<double> copy(values.begin(), values.end());
    std::sort(copy.begin(), copy.end());
    return copy;
}

}  // namespace

double mean(std::span<const double> values) {
    assert(!values.empty());
    CompensatedSum sum;
    for (const double value : values) {
        sum.add(value);
    }
    return sum.total() / static_cast<double>(values.size());
}

double standard_deviation(std::span<const double> values) {
    const double center = mean(values);
    CompensatedSum squares;
    for (const double value : values) {
        const double deviation = value - center;
        squares.add(deviation * deviation);
    }
    return std::sqrt(squares.total() / static_cast<double>(values.size()));
}

double quantile(std::span<const double> sorted, double q) {
    assert(!sorted.empty());
    assert(q >= 0.0 && q <= 1.0);
    assert(std::is_sorted(sorted.begin(), sorted.end()));
    const double position = q * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const double fraction = position - static_cast<double>(below);
    const double low = sorted[below];
    const double high = sorted[std::min(below + 1, sorted.size() - 1)];
    // Measured from the nearer neighbor, as NumPy does, so that the rounding agrees bit for bit.
    return fraction < 0.5 ? low + (high - low) * fraction : high - (high - low) * (1.0 - fraction);
}

double interquartile_mean(std::span<const double> values) {
    assert(!values.empty());
    const std::vector<double> sorted = sorted_copy(values);
    const std::size_t cut = sorted.size() / 4;
    return mean(std::span(sorted).subspan(cut, sorted.size() - 2 * cut));
}

Interval bootstrap_interval(std::span<const double> values,
                            const std::function<double(std::span<const double>)>& statistic,
                            int resamples, std::uint64_t seed) {
    assert(!values.empty());
    assert(resamples >= 1);
    std::vector<double> resample(values.size());
    std::vector<double> results(static_cast<std::size_t>(resamples));
    std::uint64_t draw = 0;
    for (double& result : results) {
        for (double& value : resample) {
            value = values[scale_to(values.size(), split_mix(seed, draw++))];
        }
        result = statistic(resample);
    }
    std::sort(results.begin(), results.end());
    return {quantile(results, 0.025), quantile(results, 0.975)};
}

}  // namespace lockstep

// Learning curves: where their checkpoints lie, and means between them.
//
// Invariant: a checkpoint that a learner did not reach has no value.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace lockstep {

// The ends of `checkpoints` equal parts of `total`; empty if `total` is less than their number.
inline std::vector<std::int64_t> checkpoint_ends(std::int64_t total, std::int64_t checkpoints) {
    std::vector<std::int64_t> ends;
    for (std::int64_t i = 1; i <= checkpoints && total >= checkpoints; ++i)
        ends.push_back(total * i / checkpoints);
    return ends;
}

// The mean of the values between each end and the one before it.
template <class Real>
std::vector<double> window_means(std::span<const Real> values, std::span<const std::int64_t> ends) {
    std::vector<double> means;
    std::size_t at = 0;
    for (const std::int64_t end : ends) {
        const auto stop = static_cast<std::size_t>(end);
        if (stop > values.size()) break;
        const auto count = static_cast<double>(stop - at);
        double sum = 0;
        for (; at < stop; ++at) sum += values[at];
        means.push_back(sum / count);
    }
    return means;
}

// The mean of all values; NaN if there are none.
template <class Real>
double mean_of_all(std::span<const Real> values) {
    if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
    const std::int64_t end = std::ssize(values);
    return window_means(values, {&end, 1})[0];
}

}  // namespace lockstep


#include "engine/random/numpy_legacy.hpp"

#include <bit>
#include <cassert>
#include <cmath>
#include <utility>

namespace lockstep {

double NumpyLegacyRandom::randn() {
    if (kept_normal_) return *std::exchange(kept_normal_, std::nullopt);
    double first = 0, second = 0, square = 0;
    do {
        first = 2 * rand() - 1;
        second = 2 * rand() - 1;
        square = first * first + second * second;
    } while (square >= 1 || square == 0);
    const double factor = std::sqrt(-2 * std::log(square) / square);
    kept_normal_ = factor * first;
    return factor * second;
}

std::uint32_t NumpyLegacyRandom::randint(std::uint64_t n) {
    assert(n >= 1 && n <= std::uint64_t{1} << 32);
    const auto most = static_cast<std::uint32_t>(n - 1);
    if (most == 0) return 0;  // NumPy draws nothing either
    const std::uint32_t mask = ~0U >> std::countl_zero(most);
    std::uint32_t drawn = words_.word() & mask;
    while (drawn > most) drawn = words_.word() & mask;
    return drawn;
}

std::size_t NumpyLegacyRandom::choice(std::span<const double> p) {
    assert(!p.empty());
    double total = 0;
    for (const double probability : p) total += probability;
    // searchsorted(side="right") in the cumulative sums, each divided by the last one.
    const double point = rand();
    double sum = 0;
    std::size_t index = 0;
    for (; index + 1 < p.size(); ++index) {
        sum += p[index];
        if (point < sum / total) break;
    }
    return index;
}

}  // namespace lockstep

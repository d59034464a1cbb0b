
#include "engine/random/python_random.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstddef>

namespace lockstep {
namespace {

// Python keys the twister with as many 32-bit words as the seed needs, and at least one.
MersenneTwister seeded(std::uint64_t seed) {
    const std::uint32_t words[] = {static_cast<std::uint32_t>(seed),
                                   static_cast<std::uint32_t>(seed >> 32)};
    return MersenneTwister(std::span(words, words[1] != 0 ? 2 : 1));
}

}  // namespace

PythonRandom::PythonRandom(std::uint64_t seed) : words_(seeded(seed)) {}

std::uint64_t PythonRandom::getrandbits(int count) {
    assert(count >= 0 && count <= 64);
    std::uint64_t bits = 0;
    for (int place = 0; place < count; place += 32) {
        const int wanted = std::min(count - place, 32);
        bits |= std::uint64_t{words_.word() >> (32 - wanted)} << place;
    }
    return bits;
}

std::uint64_t PythonRandom::below(std::uint64_t n) {
    assert(n > 0);
    const int width = static_cast<int>(std::bit_width(n));
    std::uint64_t drawn = getrandbits(width);
    while (drawn >= n) drawn = getrandbits(width);
    return drawn;
}

std::int64_t PythonRandom::randint(std::int64_t low, std::int64_t high) {
    assert(low <= high);
    const auto first = static_cast<std::uint64_t>(low);
    return static_cast<std::int64_t>(first + below(static_cast<std::uint64_t>(high) - first + 1));
}

std::size_t PythonRandom::choices_index(std::span<const double> weights) {
    double total = 0;
    for (const double weight : weights) {
        assert(weight >= 0);
        total += weight;
    }
    assert(total > 0 && std::isfinite(total));
    // bisect_right on nondecreasing sums: after the last one that is not above the point.
    const double point = random() * total;
    double sum = 0;
    std::size_t index = 0;
    for (; index + 1 < weights.size(); ++index) {
        sum += weights[index];
        if (point < sum) break;
    }
    return index;
}

}  // namespace lockstep

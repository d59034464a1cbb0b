// NumPy's legacy generator, numpy.random.RandomState, draw for draw, to replay programs that were
// seeded with np.random.seed.
//
// Must not:  serve Lockstep's own streams, which are counter-based.
// Invariant: NumpyLegacyRandom(s) yields what np.random.seed(s) does, on every target; randn only
//            where the C library's log is the one that NumPy was built with (glibc's here).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/random/mersenne_twister.hpp"

namespace lockstep {

class NumpyLegacyRandom {
public:
    // np.random.seed(seed): NumPy allows the same range.
    explicit NumpyLegacyRandom(std::uint32_t seed) : words_(seed) {}

    // In [0, 1).
    double rand() { return words_.uniform(); }

    // Standard normal, by Marsaglia's polar method, which makes two at a time and keeps the second.
    double randn();

    // np.random.randint(n): equally likely among 0 .. n - 1, for 1 <= n <= 2^32.
    std::uint32_t randint(std::uint64_t n);

    // np.random.choice(n).
    std::uint32_t choice(std::uint64_t n) { return randint(n); }

    // np.random.choice(len(p), p=p): no probability is negative, and they sum to nearly 1.
    std::size_t choice(std::span<const double> p);

private:
    MersenneTwister words_;
    std::optional<double> kept_normal_;
};

}  // namespace lockstep

// CPython's `random` module, draw for draw, to replay programs that were seeded with it.
//
// Must not:  serve Lockstep's own streams, which are counter-based.
// Invariant: PythonRandom(s) yields what CPython 3.11 does after random.seed(s), on every target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/random/mersenne_twister.hpp"

namespace lockstep {

class PythonRandom {
public:
    // random.seed(seed). Python takes longer and negative seeds too.
    explicit PythonRandom(std::uint64_t seed);

    // 0 to 64 random bits; 0 bits cost no draw.
    std::uint64_t getrandbits(int count);

    // In [0, 1).
    double random() { return words_.uniform(); }

    // Equally likely among low .. high, both included; the range may not span all 64-bit integers.
    std::int64_t randint(std::int64_t low, std::int64_t high);

    // The index of the element that random.choice takes out of n >= 1.
    std::uint64_t choice_index(std::uint64_t n) { return below(n); }

    // The index of the element that random.choices takes by relative weights: none is negative, one
    // is positive, the sum is finite.
    std::size_t choices_index(std::span<const double> weights);

private:
    std::uint64_t below(std::uint64_t n);

    MersenneTwister words_;
};

}  // namespace lockstep

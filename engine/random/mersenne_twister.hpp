// The Mersenne Twister as Python and NumPy seed it and turn its words into doubles.
//
// Must not:  serve Lockstep's own streams, which are counter-based: this replays other programs.
// Invariant: equal seeds give equal words on every target (the C++ standard fixes std::mt19937).
#pragma once

#include <cstdint>
#include <random>
#include <span>

namespace lockstep {

class MersenneTwister {
public:
    // Matsumoto and Nishimura's init_genrand.
    explicit MersenneTwister(std::uint32_t seed) : words_(seed) {}
    // Their init_by_array; the key has 1 to 624 words.
    explicit MersenneTwister(std::span<const std::uint32_t> key);

    // Thirty-two random bits.
    std::uint32_t word() { return static_cast<std::uint32_t>(words_()); }

    // In [0, 1): a multiple of 2^-53 from two words, the more significant one first.
    double uniform() {
        const std::uint32_t high = word() >> 5, low = word() >> 6;
        return (high * 0x1p26 + low) * 0x1p-53;
    }

private:
    std::mt19937 words_;
};

}  // namespace lockstep

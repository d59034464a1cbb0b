// NumPy's default random stream, bit for bit: SeedSequence seeding and the PCG64 generator.
//
// Owns:      what `--seeding gymnasium` needs; Lockstep's own streams are counter-based.
// Must not:  know environments, lanes, threads, or the order in which a reset spends its draws.
// Invariant: NumpyGenerator(s) yields the sequence of numpy.random.default_rng(s), on every target.
#pragma once

#include <array>
#include <cstdint>

namespace lockstep {

// The entropy pool of numpy.random.SeedSequence(entropy): pool size 4, empty spawn key, for any
// entropy that fits 64 bits (NumPy also takes longer ones).
// Source: M. E. O'Neill, "Developing a seed_seq alternative" (2015), with NumPy's constants.
[[nodiscard]] std::array<std::uint32_t, 4> numpy_seed_pool(std::uint64_t entropy);

// The generator's whole state: two 128-bit numbers, most significant half first, of which `inc` is
// odd; and the upper half of a word of which a 32-bit number has been drawn.
struct NumpyGeneratorState {
    std::uint64_t state_hi = 0;
    std::uint64_t state_lo = 0;
    std::uint64_t inc_hi = 0;
    std::uint64_t inc_lo = 1;
    std::uint32_t has_half = 0;
    std::uint32_t half = 0;

    friend bool operator==(const NumpyGeneratorState&, const NumpyGeneratorState&) = default;
};

// numpy.random.default_rng(seed), for draws of words, doubles and integers.
// Source: M. E. O'Neill, "PCG" (HMC-CS-2014-0905): PCG XSL RR 128/64, output after the step.
class NumpyGenerator {
public:
    explicit NumpyGenerator(std::uint64_t seed);

    // The next raw word, uniform over all 64-bit values.
    std::uint64_t next_u64();

    // Uniform in [0, 1): the top 53 bits of one word, times 2^-53.
    double random();

    // lo + (hi - lo) * random(), each operation rounded: NumPy's bits need a build without
    // floating-point contraction (-ffp-contract=off).
    double uniform(double lo, double hi);

    // integers(0, count): every number below `count` equally likely. count >= 2.
    // Source: D. Lemire, "Fast random integer generation in an interval" (2019).
    std::uint32_t below(std::uint32_t count);

    // A snapshot; set_state() with it replays the stream from here.
    [[nodiscard]] const NumpyGeneratorState& state() const { return state_; }

    // An even increment is an assertion failure: no snapshot has one, and the period would shrink.
    void set_state(const NumpyGeneratorState& state);

private:
    std::uint32_t next_u32();

    NumpyGeneratorState state_;
};

}  // namespace lockstep

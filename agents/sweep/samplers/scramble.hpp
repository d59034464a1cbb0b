// Owen's nested uniform scrambling of base-2 fractions by hashing (Laine and Karras 2011; Burley
// 2020, "Practical hash-based Owen scrambling"; the hash's constants are Vegdahl's, 2021).
//
// Must not:  know which sequence it scrambles.
// Invariant: whether a bit is flipped depends only on the bits above it, so that every elementary
//            interval keeps its number of points.
#pragma once

#include <cstdint>

namespace lockstep::sweep {

inline std::uint32_t reversed_bits(std::uint32_t x) {
    x = (x >> 16U) | (x << 16U);
    x = ((x & 0x00FF00FFU) << 8U) | ((x >> 8U) & 0x00FF00FFU);
    x = ((x & 0x0F0F0F0FU) << 4U) | ((x >> 4U) & 0x0F0F0F0FU);
    x = ((x & 0x33333333U) << 2U) | ((x >> 2U) & 0x33333333U);
    return ((x & 0x55555555U) << 1U) | ((x >> 1U) & 0x55555555U);
}

// Steps that carry only upward, on bits in reversed order: higher bits come to lie below.
inline std::uint32_t scrambled(std::uint32_t fraction, std::uint32_t seed) {
    std::uint32_t x = reversed_bits(fraction);
    x ^= x * 0x3D20ADEAU;
    x += seed;
    x *= (seed >> 16U) | 1U;
    x ^= x * 0x05526C56U;
    x ^= x * 0x53A22864U;
    return reversed_bits(x);
}

}  // namespace lockstep::sweep

// The base of every file in this folder: the number of lanes, and the back-end template.
//
// Must not:  know any instruction set.
// Invariant: a vector has sixteen lanes on every instruction set, and every operation gives the
//            same bits on all of them: IEEE operations only, fused exactly where `fma` is written.
#pragma once

#include <cstdint>
#include <type_traits>

// Reassociated sums and the assumption that numbers are finite would change bits.
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || \
    (defined(__ASSOCIATIVE_MATH__) && __ASSOCIATIVE_MATH__)
#error \
    "Lockstep's results are the same bits on any machine: build without -ffast-math and its parts"
#endif

namespace lockstep {

inline constexpr int lane_count = 16;

// How an instruction set holds sixteen lanes of T, and the operations that differ between
// instruction sets. `Part<T>` is one register, of which `parts<T>` make a vector; `Mask` holds
// sixteen booleans. Instruction sets are types, so that whatever a translation unit emits carries
// its own in the symbol.
template <class Isa>
struct Backend;

}  // namespace lockstep

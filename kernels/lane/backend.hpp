// What every file of lanes begins with: how many lanes there are, and what a back-end is.
//
// Must not:  know any instruction set.
// Invariant: a vector has sixteen lanes on every instruction set, and every operation gives the
//            same bits on all of them: IEEE operations only, fused exactly where `fma` is written.
#pragma once

#include <cstdint>
#include <type_traits>

namespace lockstep {

inline constexpr int lane_count = 16;

// How an instruction set holds sixteen lanes of T, and the operations for which it needs its own
// words. `Part<T>` is one register, of which `parts<T>` make a vector; `Mask` holds sixteen
// booleans. Instruction sets are types, so that whatever a translation unit emits carries its own
// in the symbol.
template <class Isa>
struct Backend;

}  // namespace lockstep

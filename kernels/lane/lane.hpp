// The lane vocabulary: sixteen lanes of float, double or integers, and masks over them.
//
// Owns:      the types and functions that are written in both precisions.
// Must not:  know environments, blocks, memory layout, threads or errors.
// Invariant: as in kernels/lane/backend.hpp.
#pragma once

#include <lockstep/detail/lane/shuffles.hpp>

namespace lockstep {

// The types of environments, policies and learners: one instruction set, one precision.
template <class Isa, class Real>
struct Lanes {
    using isa = Isa;
    using scalar = Real;
    using real = Vec<Isa, Real>;
    using f32 = Vec<Isa, float>;
    using i32 = Vec<Isa, std::int32_t>;
    using u32 = Vec<Isa, std::uint32_t>;
    using mask = Mask<Isa>;
};

template <class L>
using real = typename L::real;
template <class L>
using f32 = typename L::f32;
template <class L>
using i32 = typename L::i32;
template <class L>
using u32 = typename L::u32;
template <class L>
using mask = typename L::mask;

template <class L>
LOCKSTEP_INLINE typename L::real to_real(const typename L::i32& from) noexcept {
    return to_real(from, typename L::scalar{});
}

}  // namespace lockstep

// Operations that move values between lanes, or between lanes and scattered memory.
//
// Must not:  know any instruction set: where a back-end can do better than through memory, it
//            offers an operation under the same name, for the types of its choice.
// Invariant: sums over lanes have one order.
#pragma once

#include <lockstep/detail/lane/vector.hpp>

namespace lockstep {

// from[index], lane by lane; every index lies within 0 .. 2^31-1.
template <class T, class Isa>
LOCKSTEP_INLINE Vec<Isa, T> gather(const T* from, const Vec<Isa, std::int32_t>& index) noexcept {
    Vec<Isa, T> r;
    Backend<Isa>::gather(from, index.part, r.part);
    return r;
}

// Both halves of from[index], lane by lane: one walk through memory instead of two.
template <class Isa>
LOCKSTEP_INLINE void gather_halves(const std::uint64_t* from, const Vec<Isa, std::int32_t>& index,
                                   Vec<Isa, std::uint32_t>& low,
                                   Vec<Isa, std::uint32_t>& high) noexcept {
    Backend<Isa>::gather_halves(from, index.part, low.part, high.part);
}

// to[index] = value where `mask` is set, in lane order.
template <class T, class Isa>
LOCKSTEP_INLINE void scatter(T* to, const Vec<Isa, std::int32_t>& index, const Vec<Isa, T>& value,
                             const Mask<Isa>& mask) noexcept {
    std::int32_t at[lane_count];
    T lanes[lane_count];
    index.store(at), value.store(lanes);
    for (std::uint32_t bits = mask.bits(); bits != 0; bits &= bits - 1) {
        const int lane = __builtin_ctz(bits);
        to[at[lane]] = lanes[lane];
    }
}

// Lanes set in `mask` take the values at from[0], from[1], ... in lane order; the others keep
// `old`. Sixteen values must be readable at `from`.
template <class Isa, class T>
LOCKSTEP_INLINE Vec<Isa, T> expand(const Mask<Isa>& mask, const T* from,
                                   const Vec<Isa, T>& old) noexcept {
    using B = Backend<Isa>;
    if constexpr (requires { B::expand(mask.held(), from, old.part[0]); }) {
        Vec<Isa, T> r;
        r.part[0] = B::expand(mask.held(), from, old.part[0]);
        return r;
    } else {
        T lanes[lane_count];
        old.store(lanes);
        for (std::uint32_t bits = mask.bits(); bits != 0; bits &= bits - 1) {
            lanes[__builtin_ctz(bits)] = *from++;
        }
        return Vec<Isa, T>::load(lanes);
    }
}

// The lanes set in `mask` go to to[0], to[1], ... in lane order. Sixteen values must be writable at
// `to`: those after the last one are overwritten.
template <class Isa, class T>
LOCKSTEP_INLINE void compress(const Mask<Isa>& mask, const Vec<Isa, T>& from, T* to) noexcept {
    using B = Backend<Isa>;
    if constexpr (requires { B::compress(mask.held(), from.part[0], to); }) {
        B::compress(mask.held(), from.part[0], to);
    } else {
        T lanes[lane_count];
        from.store(lanes);
        for (std::uint32_t bits = mask.bits(); bits != 0; bits &= bits - 1) {
            *to++ = lanes[__builtin_ctz(bits)];
        }
    }
}

// As compress, but nothing after the last lane is written.
template <class Isa, class T>
LOCKSTEP_INLINE void pack(const Mask<Isa>& mask, const Vec<Isa, T>& from, T* to) noexcept {
    using B = Backend<Isa>;
    if constexpr (requires { B::pack(mask.held(), from.part[0], to); }) {
        B::pack(mask.held(), from.part[0], to);
    } else {
        compress(mask, from, to);
    }
}

// The sum of sixteen lanes: the halves are added, then their halves, and so on.
template <class Isa, class T>
LOCKSTEP_INLINE T total(const Vec<Isa, T>& from) noexcept {
    T lanes[lane_count];
    from.store(lanes);
    for (int half = lane_count / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) lanes[i] += lanes[i + half];
    }
    return lanes[0];
}

// The first steps of a total: halves are added until one register is left.
template <class Isa, class T>
LOCKSTEP_INLINE typename Vec<Isa, T>::Part folded(const Vec<Isa, T>& from) noexcept {
    constexpr int parts = Vec<Isa, T>::parts;
    if constexpr (parts == 1) return from.part[0];
    if constexpr (parts == 2) return from.part[0] + from.part[1];
    if constexpr (parts == 4) return (from.part[0] + from.part[2]) + (from.part[1] + from.part[3]);
    if constexpr (parts == 8) {
        return ((from.part[0] + from.part[4]) + (from.part[2] + from.part[6])) +
               ((from.part[1] + from.part[5]) + (from.part[3] + from.part[7]));
    }
}

// Lane i is total(rows[i]). A back-end computes as many totals at once as a register has elements.
template <class Isa, class T>
LOCKSTEP_INLINE Vec<Isa, T> totals(const Vec<Isa, T> (&rows)[lane_count]) noexcept {
    using B = Backend<Isa>;
    using Part = typename Vec<Isa, T>::Part;
    constexpr int parts = Vec<Isa, T>::parts, width = lane_count / parts;
    if constexpr (requires(const Part(&some)[width]) { B::totals(some); }) {
        Vec<Isa, T> r;
#pragma GCC unroll 16
        for (int p = 0; p < parts; ++p) {
            Part some[width];
#pragma GCC unroll 16
            for (int i = 0; i < width; ++i) some[i] = folded(rows[p * width + i]);
            r.part[p] = B::totals(some);
        }
        return r;
    } else {
        T sums[lane_count];
        LOCKSTEP_EACH_LANE sums[i] = total(rows[i]);
        return Vec<Isa, T>::load(sums);
    }
}

// Element j of row i becomes element i of row j.
template <class Isa, class T>
LOCKSTEP_INLINE void transpose(Vec<Isa, T> (&rows)[lane_count]) noexcept {
    using B = Backend<Isa>;
    if constexpr (requires(typename B::template Part<T>(&parts)[lane_count]) {
                      B::transpose(parts);
                  }) {
        typename B::template Part<T> parts[lane_count];
        for (int i = 0; i < lane_count; ++i) parts[i] = rows[i].part[0];
        B::transpose(parts);
        for (int i = 0; i < lane_count; ++i) rows[i].part[0] = parts[i];
    } else {
        T from[lane_count][lane_count], to[lane_count];
        LOCKSTEP_EACH_LANE rows[i].store(from[i]);
        LOCKSTEP_EACH_LANE {
            for (int j = 0; j < lane_count; ++j) to[j] = from[j][i];
            rows[i] = Vec<Isa, T>::load(to);
        }
    }
}

}  // namespace lockstep

// Sixteen lanes of a number type: arithmetic, comparisons, conversions, memory.
//
// Must not:  know any instruction set.
// Invariant: a lane's result depends on that lane's operands alone.
#pragma once

#include <cstring>

#include <lockstep/detail/lane/mask.hpp>

namespace lockstep {

// Does the same to each register of a vector. Unrolled by hand where there are few: a loop would
// keep them in memory until the compiler unrolls it, late and at some cost.
#define LOCKSTEP_PART(number, ...)                \
    if constexpr (number < parts && parts <= 8) { \
        constexpr int i = number;                 \
        __VA_ARGS__;                              \
    }
#define LOCKSTEP_EACH_PART(...)                                                  \
    LOCKSTEP_PART(0, __VA_ARGS__)                                                \
    LOCKSTEP_PART(1, __VA_ARGS__)                                                \
    LOCKSTEP_PART(2, __VA_ARGS__)                                                \
    LOCKSTEP_PART(3, __VA_ARGS__)                                                \
    if constexpr (parts == 8) {                                                  \
        LOCKSTEP_PART(4, __VA_ARGS__)                                            \
        LOCKSTEP_PART(5, __VA_ARGS__)                                            \
        LOCKSTEP_PART(6, __VA_ARGS__)                                            \
        LOCKSTEP_PART(7, __VA_ARGS__)                                            \
    } else if constexpr (parts > 8) {                                            \
        _Pragma("GCC unroll 1") for (int i = 0; i < parts; ++i) { __VA_ARGS__; } \
    }

// T is float, double, int32_t, uint32_t or uint64_t. Integers wrap.
template <class Isa, class T>
class Vec {
public:
    using value_type = T;
    using B = Backend<Isa>;
    using M = Mask<Isa>;
    using Part = typename B::template Part<T>;
    static constexpr int parts = B::template parts<T>;

    Vec() = default;
    // Register by register: a compiler may copy structures in smaller pieces, and reading a
    // register that was written in pieces is slow.
    LOCKSTEP_INLINE Vec(const Vec& other) noexcept requires(parts == 2 || parts == 4) {
        LOCKSTEP_EACH_PART(part[i] = other.part[i]);
    }
    // NOLINTNEXTLINE(bugprone-unhandled-self-assignment): self-assignment changes nothing
    LOCKSTEP_INLINE Vec& operator=(const Vec& other) noexcept requires(parts == 2 || parts == 4) {
        LOCKSTEP_EACH_PART(part[i] = other.part[i]);
        return *this;
    }
    Vec(const Vec&) noexcept requires(parts == 1 || parts > 4) = default;
    Vec& operator=(const Vec&) noexcept requires(parts == 1 || parts > 4) = default;
    template <class U>
    requires std::is_arithmetic_v<U> LOCKSTEP_INLINE Vec(U value)
    noexcept { LOCKSTEP_EACH_PART(part[i] = static_cast<T>(value) - Part{}); }
    LOCKSTEP_INLINE static Vec load(const T* from) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART(r.part[i] = B::load(from + i * (lane_count / parts)));
        return r;
    }
    LOCKSTEP_INLINE void store(T* to) const noexcept {
        LOCKSTEP_EACH_PART(B::store(to + i * (lane_count / parts), part[i]));
    }
    // 0, 1, ..., 15.
    LOCKSTEP_INLINE static Vec iota() noexcept {
        alignas(64) constexpr T lanes[lane_count] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                     8, 9, 10, 11, 12, 13, 14, 15};
        return load(lanes);
    }

#define LOCKSTEP_BINARY(op)                                                       \
    LOCKSTEP_INLINE friend Vec operator op(const Vec& a, const Vec& b) noexcept { \
        Vec r;                                                                    \
        LOCKSTEP_EACH_PART(r.part[i] = Part(Wrap(a.part[i]) op Wrap(b.part[i]))); \
        return r;                                                                 \
    }                                                                             \
    LOCKSTEP_INLINE Vec& operator op##=(const Vec& b) noexcept { return *this = *this op b; }
    LOCKSTEP_BINARY(+)
    LOCKSTEP_BINARY(-)
    LOCKSTEP_BINARY(*)
    LOCKSTEP_BINARY(&)
    LOCKSTEP_BINARY(|)
    LOCKSTEP_BINARY(^)
#undef LOCKSTEP_BINARY
    LOCKSTEP_INLINE friend Vec operator/(const Vec& a, const Vec& b) noexcept {
        static_assert(std::is_floating_point_v<T>);
        Vec r;
        LOCKSTEP_EACH_PART(r.part[i] = a.part[i] / b.part[i]);
        return r;
    }
    LOCKSTEP_INLINE friend Vec operator-(const Vec& a) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART(r.part[i] = Part(-Wrap(a.part[i])));
        return r;
    }
    // Shift counts are from 0 to the width of T minus 1, in all lanes the same or one per lane.
#define LOCKSTEP_SHIFT(op)                                                             \
    LOCKSTEP_INLINE friend Vec operator op(const Vec& a, int count) noexcept {         \
        Vec r;                                                                         \
        LOCKSTEP_EACH_PART(r.part[i] = a.part[i] op count);                            \
        return r;                                                                      \
    }                                                                                  \
    LOCKSTEP_INLINE friend Vec operator op(const Vec& a, const Vec& counts) noexcept { \
        Vec r;                                                                         \
        LOCKSTEP_EACH_PART(r.part[i] = a.part[i] op counts.part[i]);                   \
        return r;                                                                      \
    }
    LOCKSTEP_SHIFT(<<)
    LOCKSTEP_SHIFT(>>)
#undef LOCKSTEP_SHIFT

    LOCKSTEP_INLINE friend M operator<(const Vec& a, const Vec& b) noexcept {
        return B::less(a.part, b.part);
    }
    LOCKSTEP_INLINE friend M operator<=(const Vec& a, const Vec& b) noexcept {
        return B::at_most(a.part, b.part);
    }
    LOCKSTEP_INLINE friend M operator>(const Vec& a, const Vec& b) noexcept {
        return B::less(b.part, a.part);
    }
    LOCKSTEP_INLINE friend M operator>=(const Vec& a, const Vec& b) noexcept {
        return B::at_most(b.part, a.part);
    }
    LOCKSTEP_INLINE friend M operator==(const Vec& a, const Vec& b) noexcept {
        return B::equal(a.part, b.part);
    }
    LOCKSTEP_INLINE friend M operator!=(const Vec& a, const Vec& b) noexcept { return ~(a == b); }

    // a * b + c, rounded once on every instruction set.
    LOCKSTEP_INLINE friend Vec fma(const Vec& a, const Vec& b, const Vec& c) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART(r.part[i] = B::fma(a.part[i], b.part[i], c.part[i]));
        return r;
    }
    // c - a * b, rounded once.
    LOCKSTEP_INLINE friend Vec fnma(const Vec& a, const Vec& b, const Vec& c) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART(r.part[i] = B::fnma(a.part[i], b.part[i], c.part[i]));
        return r;
    }
#define LOCKSTEP_UNARY(name)                                 \
    LOCKSTEP_INLINE friend Vec name(const Vec& a) noexcept { \
        Vec r;                                               \
        LOCKSTEP_EACH_PART(r.part[i] = B::name(a.part[i]));  \
        return r;                                            \
    }
    LOCKSTEP_UNARY(sqrt)
    LOCKSTEP_UNARY(abs)
    LOCKSTEP_UNARY(floor)
    // The nearest integer, ties to even.
    LOCKSTEP_UNARY(round)
#undef LOCKSTEP_UNARY
    // The nearest float.
    LOCKSTEP_INLINE friend Vec nearest_float(const Vec& a) noexcept {
        if constexpr (sizeof(T) == 4) {
            return a;
        } else {
            Vec r;
            LOCKSTEP_EACH_PART(r.part[i] = B::nearest_float(a.part[i]));
            return r;
        }
    }
    LOCKSTEP_INLINE friend Vec select(const M& mask, const Vec& yes, const Vec& no) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART(r.part[i] = B::select(mask.held(), i, yes.part[i], no.part[i]));
        return r;
    }

    // Like std::min and std::max: `a` unless `b` is less, or greater.
    LOCKSTEP_INLINE friend Vec min(const Vec& a, const Vec& b) noexcept {
        if constexpr (requires { B::min(a.part[0], b.part[0]); }) {
            Vec r;
            LOCKSTEP_EACH_PART(r.part[i] = B::min(a.part[i], b.part[i]));
            return r;
        } else {
            return select(b < a, b, a);
        }
    }
    LOCKSTEP_INLINE friend Vec max(const Vec& a, const Vec& b) noexcept {
        if constexpr (requires { B::max(a.part[0], b.part[0]); }) {
            Vec r;
            LOCKSTEP_EACH_PART(r.part[i] = B::max(a.part[i], b.part[i]));
            return r;
        } else {
            return select(a < b, b, a);
        }
    }
    // NaN becomes `low`.
    LOCKSTEP_INLINE friend Vec clamp(const Vec& a, const Vec& low, const Vec& high) noexcept {
        return min(max(low, a), high);
    }

    Part part[parts];

private:
    // Signed integers would overflow; unsigned ones wrap.
    using Wrap = typename B::template Part<
        std::conditional_t<std::is_same_v<T, std::int32_t>, std::uint32_t, T>>;
};

// The bits of one type read as another of the same width.
template <class To, class Isa, class From>
LOCKSTEP_INLINE Vec<Isa, To> bit_cast(const Vec<Isa, From>& from) noexcept {
    static_assert(sizeof(To) == sizeof(From));
    Vec<Isa, To> to;
    std::memcpy(&to.part, &from.part, sizeof to);
    return to;
}

// In float exact for |value| below 2^24; beyond that, rounded to nearest even.
template <class Isa, class Real>
LOCKSTEP_INLINE Vec<Isa, Real> to_real(const Vec<Isa, std::int32_t>& from, Real) noexcept {
    Vec<Isa, Real> to;
    Backend<Isa>::to_real(from.part, to.part);
    return to;
}

// The same numbers in another precision: rounded to nearest even where they do not fit.
template <class To, class Isa, class From>
LOCKSTEP_INLINE Vec<Isa, To> in_precision(const Vec<Isa, From>& from) noexcept {
    if constexpr (std::is_same_v<To, From>) {
        return from;
    } else {
        Vec<Isa, To> to;
        Backend<Isa>::to_real(from.part, to.part);
        return to;
    }
}

// Rounded toward zero; the value must be within the range of int32_t.
template <class Isa, class Real>
LOCKSTEP_INLINE Vec<Isa, std::int32_t> truncated(const Vec<Isa, Real>& from) noexcept {
    Vec<Isa, std::int32_t> to;
    Backend<Isa>::truncate(from.part, to.part);
    return to;
}

template <int N, class Isa>
LOCKSTEP_INLINE Vec<Isa, std::uint32_t> rotate_left(const Vec<Isa, std::uint32_t>& a) noexcept {
    Vec<Isa, std::uint32_t> r;
    constexpr int parts = Vec<Isa, std::uint32_t>::parts;
    LOCKSTEP_EACH_PART(r.part[i] = Backend<Isa>::template rotate_left<N>(a.part[i]));
    return r;
}

#undef LOCKSTEP_EACH_PART
#undef LOCKSTEP_PART

}  // namespace lockstep

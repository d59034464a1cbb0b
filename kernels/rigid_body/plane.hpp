// Points, rotations and boxes of the plane in single precision, sixteen of each at once. The order
// of operations is Box2D 2.3's (b2Math.h), so that results are the same bits.
//
// Must not:  know bodies or worlds.
// Invariant: nothing is fused but the polynomials of sine and cosine, which glibc fuses.
#pragma once

#include <limits>
#include <tuple>

#include <lockstep/detail/lane/math.hpp>

namespace lockstep::rigid_body {

template <class Isa>
using Floats = Vec<Isa, float>;
template <class Isa>
using Words = Vec<Isa, std::uint32_t>;

// Box2D's constants: b2_pi, b2_epsilon, b2_linearSlop and b2_angularSlop.
inline constexpr float pi = 3.14159265359F;
inline constexpr float epsilon = std::numeric_limits<float>::epsilon();
inline constexpr float linear_slop = 0.005F, angular_slop = 2.0F / 180 * pi;

// A point or a vector that all lanes share.
struct Constant {
    float x, y;
};

template <class Isa>
struct Vec2 {
    Floats<Isa> x, y;

    Vec2() = default;
    LOCKSTEP_INLINE Vec2(const Floats<Isa>& a, const Floats<Isa>& b) noexcept : x(a), y(b) {}
    LOCKSTEP_INLINE Vec2(const Constant& c) noexcept : x(c.x), y(c.y) {}

    auto columns() { return std::tie(x, y); }

    LOCKSTEP_INLINE friend Vec2 operator+(const Vec2& a, const Vec2& b) noexcept {
        return {a.x + b.x, a.y + b.y};
    }
    LOCKSTEP_INLINE friend Vec2 operator-(const Vec2& a, const Vec2& b) noexcept {
        return {a.x - b.x, a.y - b.y};
    }
    LOCKSTEP_INLINE friend Vec2 operator-(const Vec2& a) noexcept { return {-a.x, -a.y}; }
    LOCKSTEP_INLINE friend Vec2 operator*(const Floats<Isa>& s, const Vec2& a) noexcept {
        return {s * a.x, s * a.y};
    }
    LOCKSTEP_INLINE friend Vec2 select(const Mask<Isa>& here, const Vec2& yes,
                                       const Vec2& no) noexcept {
        return {select(here, yes.x, no.x), select(here, yes.y, no.y)};
    }
};

template <class Isa>
LOCKSTEP_INLINE Floats<Isa> dot(const Vec2<Isa>& a, const Vec2<Isa>& b) noexcept {
    return a.x * b.x + a.y * b.y;
}
template <class Isa>
LOCKSTEP_INLINE Floats<Isa> cross(const Vec2<Isa>& a, const Vec2<Isa>& b) noexcept {
    return a.x * b.y - a.y * b.x;
}
template <class Isa>
LOCKSTEP_INLINE Floats<Isa> length(const Vec2<Isa>& a) noexcept {
    return sqrt(a.x * a.x + a.y * a.y);
}
// A quarter turn clockwise: b2Cross(a, 1).
template <class Isa>
LOCKSTEP_INLINE Vec2<Isa> clockwise(const Vec2<Isa>& a) noexcept {
    return {a.y, -a.x};
}
// Of length 1, or unchanged where the length is below epsilon.
template <class Isa>
LOCKSTEP_INLINE Vec2<Isa> normalized(const Vec2<Isa>& a) noexcept {
    const Floats<Isa> size = length(a);
    const Floats<Isa> factor = select(size < epsilon, Floats<Isa>(1), 1 / size);
    return {a.x * factor, a.y * factor};
}
// `a` clamped as b2Clamp does.
template <class Isa>
LOCKSTEP_INLINE Floats<Isa> limited(const Floats<Isa>& a, const Floats<Isa>& low,
                                    const Floats<Isa>& high) noexcept {
    return max(low, min(a, high));
}

template <class Isa>
struct Rotation {
    Floats<Isa> sin, cos;
};

template <class Isa>
LOCKSTEP_INLINE Vec2<Isa> rotated(const Rotation<Isa>& q, const Vec2<Isa>& v) noexcept {
    return {q.cos * v.x - q.sin * v.y, q.sin * v.x + q.cos * v.y};
}
template <class Isa>
LOCKSTEP_INLINE Vec2<Isa> rotated_back(const Rotation<Isa>& q, const Vec2<Isa>& v) noexcept {
    return {q.cos * v.x + q.sin * v.y, q.cos * v.y - q.sin * v.x};
}

// Where a body's origin is, and how it is turned.
template <class Isa>
struct Pose {
    Vec2<Isa> origin;
    Rotation<Isa> turn;
};
template <class Isa>
LOCKSTEP_INLINE Vec2<Isa> placed(const Pose<Isa>& pose, const Vec2<Isa>& v) noexcept {
    return rotated(pose.turn, v) + pose.origin;
}
template <class Isa>
LOCKSTEP_INLINE Vec2<Isa> placed_back(const Pose<Isa>& pose, const Vec2<Isa>& v) noexcept {
    return rotated_back(pose.turn, v - pose.origin);
}

// Sine and cosine as glibc 2.28 and later compute sinf and cosf on processors with fused
// multiply-adds (Arm Optimized Routines, sinf.c and sincosf.h): bit for bit for |angle| < 120;
// beyond, where glibc reduces the angle otherwise, within an ulp up to 10^6.
template <class Isa>
LOCKSTEP_KERNEL [[gnu::noinline]] Rotation<Isa> rotation(const Floats<Isa>& angle) noexcept {
    using D = Vec<Isa, double>;
    using I = Vec<Isa, std::int32_t>;
    const D x = in_precision<double>(angle);
    const auto far = abs(x) >= 120;
    // Quarter turns, in steps of 2^-24 that are cut off, then rounded.
    const I steps = truncated(select(far, D(0), x * 0x1.45f306dc9c883p+23));
    const D turns = select(far, floor(fma(x, D(0x1.45f306dc9c883p-1), D(0.5))),
                           to_real((steps + 0x800000) >> 24, double{}));
    const D within = fnma(turns, D(0x1.921fb54442d18p0), x);
    const D z = within * within;
    const D cube = within * z, fourth = z * z;
    const D s_tail = fma(z, D(-0x1.994eb3774cf24p-13), D(0x1.1107605230bc4p-7));
    const D s = fma(cube * z, s_tail, fma(cube, D(-0x1.555545995a603p-3), within));
    const D c_tail = fma(z, D(0x1.99343027bf8c3p-16), D(-0x1.6c087e89a359dp-10));
    const D c_head = fma(fourth, D(0x1.55553e1068f19p-5), fma(z, D(-0x1.ffffffd0c621cp-2), D(1)));
    const D c = fma(fourth * z, c_tail, c_head);
    const auto quadrant = bit_cast<std::uint64_t>(turns + D(0x1.8p52));
    const SinCos<D> turned = turn(SinCos<D>{s, c}, quadrant);
    const auto tiny = abs(angle) < 0x1p-12F;
    return {select(tiny, angle, in_precision<float>(turned.sin)),
            select(tiny, Floats<Isa>(1), in_precision<float>(turned.cos))};
}

template <class Isa>
struct Box {
    Vec2<Isa> low, high;

    auto columns() { return std::tie(low, high); }
};
template <class Isa>
LOCKSTEP_INLINE Mask<Isa> overlap(const Box<Isa>& a, const Box<Isa>& b) noexcept {
    return ~((b.low.x - a.high.x > 0) | (b.low.y - a.high.y > 0) | (a.low.x - b.high.x > 0) |
             (a.low.y - b.high.y > 0));
}
template <class Isa>
LOCKSTEP_INLINE Mask<Isa> contains(const Box<Isa>& a, const Box<Isa>& b) noexcept {
    return (a.low.x <= b.low.x) & (a.low.y <= b.low.y) & (b.high.x <= a.high.x) &
           (b.high.y <= a.high.y);
}
template <class Isa>
LOCKSTEP_INLINE Vec2<Isa> lesser(const Vec2<Isa>& a, const Vec2<Isa>& b) noexcept {
    return {min(b.x, a.x), min(b.y, a.y)};
}
template <class Isa>
LOCKSTEP_INLINE Vec2<Isa> greater(const Vec2<Isa>& a, const Vec2<Isa>& b) noexcept {
    return {max(b.x, a.x), max(b.y, a.y)};
}

}  // namespace lockstep::rigid_body

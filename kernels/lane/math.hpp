// Elementary functions in lanes, built from IEEE operations only, so that every instruction set
// gives the same bits. Polynomials are our own minimax fits (Remez, 60 digits).
//
// Must not:  know instruction sets, environments or memory.
// Invariant: a lane's result depends on that lane's argument alone.
#pragma once

#include <initializer_list>
#include <type_traits>

#include <lockstep/detail/lane/lane.hpp>

namespace lockstep {

template <class V>
struct SinCos {
    V sin, cos;
};

// |x| <= 0.25 rad; absolute error below 5e-8, relative error of the sine below 7e-8.
template <class Isa>
LOCKSTEP_INLINE SinCos<Vec<Isa, float>> sincos_short(const Vec<Isa, float>& x) noexcept {
    using V = Vec<Isa, float>;
    const V z = x * x;
    const V s = fma(z, V(0x1.108060p-7F), V(-0x1.555528p-3F));
    const V c = fma(z, V(0x1.545834p-5F), V(-0x1.ffff64p-2F));
    return {fma(x * z, s, x), fma(z, c, V(1))};
}

// |x| <= pi/4; absolute error below 8e-8.
template <class Isa>
LOCKSTEP_INLINE SinCos<Vec<Isa, float>> sincos_quarter(const Vec<Isa, float>& x) noexcept {
    using V = Vec<Isa, float>;
    const V z = x * x;
    const V s = fma(z, fma(z, V(-0x1.993d72p-13F), V(0x1.11072ep-7F)), V(-0x1.555546p-3F));
    const V c = fma(z, fma(z, V(-0x1.64621ap-10F), V(0x1.553f26p-5F)), V(-0x1.ffffb8p-2F));
    return {fma(x * z, s, x), fma(z, c, V(1))};
}

// Turns the sine and cosine of a reduced argument into those of the argument `quadrant` quarter
// turns further (modulo 4). Word is the unsigned integer as wide as T.
template <class Word, class Isa, class T>
LOCKSTEP_INLINE SinCos<Vec<Isa, T>> turn(const SinCos<Vec<Isa, T>>& reduced,
                                         const Vec<Isa, Word>& quadrant) noexcept {
    constexpr int sign_bit = 8 * sizeof(Word) - 1;
    const Mask<Isa> odd = (quadrant & Word(1)) != Vec<Isa, Word>(0);
    const Vec<Isa, T> s = select(odd, reduced.cos, reduced.sin);
    const Vec<Isa, T> c = select(odd, reduced.sin, reduced.cos);
    const Vec<Isa, Word> s_sign = (quadrant >> 1) << sign_bit;
    const Vec<Isa, Word> c_sign = ((quadrant + Word(1)) >> 1) << sign_bit;
    return {bit_cast<T>(bit_cast<Word>(s) ^ s_sign), bit_cast<T>(bit_cast<Word>(c) ^ c_sign)};
}

// Any finite x; absolute error below 1e-7 for |x| < 1e4, growing with |x| beyond. NaN and infinity
// give NaN.
template <class Isa>
LOCKSTEP_INLINE SinCos<Vec<Isa, float>> sincos(const Vec<Isa, float>& x) noexcept {
    using V = Vec<Isa, float>;
    const V shifted =
        fma(x, V(0x1.45f306p-1F), V(0x1.8p23F));  // rounds to an integer in its low bits
    const V turns = shifted - V(0x1.8p23F);
    const V high = fma(turns, V(-0x1.921fb6p0F), x);
    const V middle = fma(turns, V(0x1.777a5cp-25F), high);
    const V reduced = fma(turns, V(0x1.ee59dap-50F), middle);
    return turn(sincos_quarter(reduced), bit_cast<std::uint32_t>(shifted));
}

// For |high| <= pi/4 and |low| <= ulp(high)/2: sine and cosine of high + low within 0.55 ulp, the
// sine within 0.501 ulp up to 0.42. The sine's leading terms are carried as a pair of doubles,
// since rounding x^3/6 alone would cost 0.03 ulp in CartPole's range.
template <class Isa>
LOCKSTEP_INLINE SinCos<Vec<Isa, double>> sincos_quarter(const Vec<Isa, double>& high,
                                                        const Vec<Isa, double>& low) noexcept {
    using V = Vec<Isa, double>;
    const V z = high * high;
    const V z_low = fma(high, high, -z);

    V q = V(0x1.91f94a5600d2cp-49);
    q = fma(q, z, V(-0x1.ae7bad3819fbap-41));
    q = fma(q, z, V(0x1.61245f1ee5f7ep-33));
    q = fma(q, z, V(-0x1.ae64567deaf6ep-26));
    q = fma(q, z, V(0x1.71de3a556bec0p-19));
    q = fma(q, z, V(-0x1.a01a01a01a017p-13));
    q = fma(q, z, V(0x1.1111111111111p-7));
    const V sixth(-0x1.5555555555555p-3), sixth_low(-0x1.5555555555555p-57);
    const V tail = q * z;
    const V u = sixth + tail;
    const V u_low = ((sixth - u) + tail) + (fma(q, z, -tail) + sixth_low);
    const V cube = high * z;
    const V cube_low = fma(high, z, -cube) + high * z_low;
    const V t = cube * u;
    const V t_low = fma(cube, u, -t) + fma(cube, u_low, cube_low * u);
    const V s = high + t;
    const V s_low = ((high - s) + t) + fma(low, fma(z, V(-0.5), V(1)), t_low);

    V r = V(0x1.aaefc04497079p-45);
    r = fma(r, z, V(-0x1.9393a486ae53ep-37));
    r = fma(r, z, V(0x1.1eed8d133d483p-29));
    r = fma(r, z, V(-0x1.27e4fb7672879p-22));
    r = fma(r, z, V(0x1.a01a01a019614p-16));
    r = fma(r, z, V(-0x1.6c16c16c16c15p-10));
    r = fma(r, z, V(0x1.5555555555555p-5));
    const V half = V(0.5) * z;
    const V c = V(1) - half;
    const V c_low = ((V(1) - c) - half) - V(0.5) * z_low;
    return {s + s_low, c + (fma(z * z, r, c_low) - low * high)};
}

// Any finite x: the sine within 0.501 ulp for |x| <= 0.42, both within 0.55 ulp for |x| <= pi/4 and
// within 1 ulp for |x| < 2^20, growing with |x| beyond. NaN and infinity give NaN; sin(-0) is +0.
template <class Isa>
LOCKSTEP_INLINE SinCos<Vec<Isa, double>> sincos(const Vec<Isa, double>& x) noexcept {
    using V = Vec<Isa, double>;
    const V shifted = fma(x, V(0x1.45f306dc9c883p-1), V(0x1.8p52));
    const V turns = shifted - V(0x1.8p52);
    // The first two constants have 33 bits, so that their products with `turns` are exact.
    const V first = x - turns * V(0x1.921fb544p0);
    const V second = turns * V(0x1.0b4611a6p-34);
    const V high = first - second;
    const V low = ((first - high) - second) - turns * V(0x1.3198a2e037073p-69);
    const V sum = high + low;
    return turn(sincos_quarter(sum, (high - sum) + low), bit_cast<std::uint64_t>(shifted));
}

// As sincos.
template <class Isa, class T>
LOCKSTEP_INLINE Vec<Isa, T> sin(const Vec<Isa, T>& x) noexcept {
    return sincos(x).sin;
}
template <class Isa, class T>
LOCKSTEP_INLINE Vec<Isa, T> cos(const Vec<Isa, T>& x) noexcept {
    return sincos(x).cos;
}

// |t| <= tan(pi/8): relative error below 2e-7 (f32), 3e-16 (f64).
template <class Isa, class T>
LOCKSTEP_INLINE Vec<Isa, T> atan_short(const Vec<Isa, T>& t) noexcept {
    using V = Vec<Isa, T>;
    const V w = t * t;
    V p;
    if constexpr (sizeof(T) == 4) {
        p = V(-0x1.f2568ap-5F);
        for (const float c : {0x1.b20240p-4F, -0x1.23b6bcp-3F, 0x1.9991aep-3F, -0x1.55554ap-2F})
            p = fma(p, w, V(c));
    } else {
        p = V(-0x1.259d44477add1p-6);
        for (const double c : {0x1.37ed3e102dcd3p-5, -0x1.9cdc25f114b01p-5, 0x1.df1167440e209p-5,
                               -0x1.10ebdd99b0478p-4, 0x1.3b111c6418374p-4, -0x1.745cf90b150c7p-4,
                               0x1.c71c70e7a23bap-4, -0x1.24924922b1217p-3, 0x1.99999999958ecp-3,
                               -0x1.555555555553dp-2}) {
            p = fma(p, w, V(c));
        }
    }
    return fma(t * w, p, t);
}

// The angle of the point (x, y), from -pi to pi; as in C, the sign of a zero counts. Relative error
// below 3e-7 (f32), 4e-16 (f64), for finite numbers whose quotient is normal.
template <class Isa, class T>
LOCKSTEP_INLINE Vec<Isa, T> atan2(const Vec<Isa, T>& y, const Vec<Isa, T>& x) noexcept {
    using V = Vec<Isa, T>;
    using Word = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    using W = Vec<Isa, Word>;
    // The rounding errors of half and quarter pi.
    constexpr bool single = sizeof(T) == 4;
    constexpr double half_pi = single ? 0x1.921fb6p0 : 0x1.921fb54442d18p0;
    constexpr double beyond = single ? -0x1.777a5cp-25 : 0x1.1a62633145c07p-54;

    const V across = abs(x), up = abs(y), most = max(across, up), least = min(across, up);
    const V ratio = least / select(most == V(0), V(1), most);
    const auto steep = ratio > V(0.41421356237309503);  // tan(pi/8)
    const V turned = (least - most) / select(most == V(0), V(1), least + most);
    V angle = atan_short(select(steep, turned, ratio));
    angle = select(steep, V(half_pi / 2) + (V(beyond / 2) + angle), angle);
    angle = select(up > across, V(half_pi) - (angle - V(beyond)), angle);
    const W sign = W(Word(1)) << static_cast<int>(8 * sizeof(Word) - 1);
    const auto left = (bit_cast<Word>(x) & sign) != W(Word(0));
    angle = select(left, V(2 * half_pi) - (angle - V(2 * beyond)), angle);
    return bit_cast<T>(bit_cast<Word>(angle) | (bit_cast<Word>(y) & sign));
}

// x modulo m > 0, in [0, m), as Python and NumPy compute it: the exact remainder of division toward
// zero, plus m where that is negative. |x / m| < 2^23 (f32), 2^52 (f64).
template <class Isa, class T>
LOCKSTEP_INLINE Vec<Isa, T> modulo(const Vec<Isa, T>& x,
                                   const std::type_identity_t<Vec<Isa, T>>& m) noexcept {
    using V = Vec<Isa, T>;
    const V size = abs(x), count = floor(size / m);
    const V rest = fnma(count, m, size);  // less than 0 where the division rounded up
    const V exact = select(rest < V(0), fnma(count - V(1), m, size), rest);
    return select((x < V(0)) & (exact != V(0)), m - exact, exact);
}

// Natural logarithm of a normal positive number; relative error below 2e-7 (f32), 4e-16 (f64).
template <class Isa>
LOCKSTEP_INLINE Vec<Isa, float> log(const Vec<Isa, float>& x) noexcept {
    using V = Vec<Isa, float>;
    using I = Vec<Isa, std::int32_t>;
    const I bits = bit_cast<std::int32_t>(x) - I(0x3f3504f3);  // bits of sqrt(1/2)
    const I exponent = bits >> 23;
    const V f = bit_cast<float>((bits & I(0x007fffff)) + I(0x3f3504f3)) - V(1);
    V p = V(0x1.6d46aap-4F);
    p = fma(p, f, V(-0x1.25e45ap-3F));
    p = fma(p, f, V(0x1.30ae1ap-3F));
    p = fma(p, f, V(-0x1.5343a4p-3F));
    p = fma(p, f, V(0x1.98e430p-3F));
    p = fma(p, f, V(-0x1.000494p-2F));
    p = fma(p, f, V(0x1.5556b6p-2F));
    const V square = f * f;
    const V small = fma(square, fma(f, p, V(-0.5)), f);
    return fma(to_real(exponent, float{}), V(0x1.62e430p-1F), small);
}
template <class Isa>
LOCKSTEP_INLINE Vec<Isa, double> log(const Vec<Isa, double>& x) noexcept {
    using V = Vec<Isa, double>;
    using I = Vec<Isa, std::uint64_t>;
    const std::uint64_t root_half = 0x3fe6a09e667f3bcdU;
    const I bits = bit_cast<std::uint64_t>(x) - I(root_half) + I(1023ULL << 52);
    // The biased exponent as a double: an integer in 2^52's low bits, minus 2^52 and the bias.
    const V exponent = bit_cast<double>((bits >> 52) | I(0x4330000000000000U)) - V(0x1p52 + 1023);
    const V f = bit_cast<double>((bits & I(0x000fffffffffffffU)) + I(root_half)) - V(1);
    const V s = f / (V(2) + f);
    const V w = s * s;
    V p = V(0x1.2f16cbe537833p-3);
    p = fma(p, w, V(0x1.39a0152044570p-3));
    p = fma(p, w, V(0x1.74664e6959357p-3));
    p = fma(p, w, V(0x1.c71c51c20f205p-3));
    p = fma(p, w, V(0x1.24924942435eap-2));
    p = fma(p, w, V(0x1.999999997f852p-2));
    p = fma(p, w, V(0x1.5555555555593p-1));
    // log(1+f) = 2s + s w p = f - s (f - w p): the second form keeps f exact.
    const V small = f - s * (f - w * p);
    return fma(exponent, V(0x1.62e42fefa39efp-1), small);
}

// x = n ln 2 + r, with a whole n in the last bits of `shifted`, and |r| at most half of ln 2.
// Beyond the range in which e^x is a normal number, x is its nearer end.
template <class V>
struct ReducedExponent {
    V shifted, r;
};
template <class Isa>
LOCKSTEP_INLINE ReducedExponent<Vec<Isa, float>> reduced_exponent(
    const Vec<Isa, float>& x) noexcept {
    using V = Vec<Isa, float>;
    const V low = select(x < V(-87), V(-87), x);
    const V bounded = select(low > V(87), V(87), low);
    const V shifted = fma(bounded, V(0x1.715476p0F), V(0x1.8p23F));
    const V turns = shifted - V(0x1.8p23F);
    return {shifted, fma(turns, V(0x1.05c610p-29F), fma(turns, V(-0x1.62e430p-1F), bounded))};
}
template <class Isa>
LOCKSTEP_INLINE ReducedExponent<Vec<Isa, double>> reduced_exponent(
    const Vec<Isa, double>& x) noexcept {
    using V = Vec<Isa, double>;
    const V low = select(x < V(-708), V(-708), x);
    const V bounded = select(low > V(708), V(708), low);
    const V shifted = fma(bounded, V(0x1.71547652b82fep0), V(0x1.8p52));
    const V turns = shifted - V(0x1.8p52);
    return {shifted,
            fma(turns, V(-0x1.abc9e3b39803fp-56), fma(turns, V(-0x1.62e42fefa39efp-1), bounded))};
}

// e^x; relative error below 2e-7 (f32, |x| <= 87), 4e-16 (f64, |x| <= 708). Arguments beyond that
// range are clamped to it, so that no result is infinite, subnormal or zero. NaN gives NaN.
template <class Isa>
LOCKSTEP_INLINE Vec<Isa, float> exp(const Vec<Isa, float>& x) noexcept {
    using V = Vec<Isa, float>;
    const auto [shifted, r] = reduced_exponent(x);
    V p = V(1.0F / 5040);
    for (const float c : {1.0F / 720, 1.0F / 120, 1.0F / 24, 1.0F / 6, 0.5F, 1.0F, 1.0F})
        p = fma(p, r, V(c));
    const auto power = bit_cast<std::uint32_t>(shifted) << 23;  // added to the exponent
    return bit_cast<float>(bit_cast<std::uint32_t>(p) + power);
}
template <class Isa>
LOCKSTEP_INLINE Vec<Isa, double> exp(const Vec<Isa, double>& x) noexcept {
    using V = Vec<Isa, double>;
    const auto [shifted, r] = reduced_exponent(x);
    V p = V(1.0 / 6227020800.0);
    for (const double c :
         {1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
          1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1.0, 1.0}) {
        p = fma(p, r, V(c));
    }
    const auto power = bit_cast<std::uint64_t>(shifted) << 52;
    return bit_cast<double>(bit_cast<std::uint64_t>(p) + power);
}

// e^x - 1; relative error below 3e-7 (f32), 6e-16 (f64). Arguments beyond the range of exp are
// clamped to it. NaN gives NaN.
template <class Isa>
LOCKSTEP_INLINE Vec<Isa, float> expm1(const Vec<Isa, float>& x) noexcept {
    using V = Vec<Isa, float>;
    const auto [shifted, r] = reduced_exponent(x);
    V p = V(1.0F / 5040);
    for (const float c : {1.0F / 720, 1.0F / 120, 1.0F / 24, 1.0F / 6, 0.5F}) p = fma(p, r, V(c));
    const auto power = (bit_cast<std::uint32_t>(shifted) + std::uint32_t{127}) << 23;
    const V two_n = bit_cast<float>(power);
    return fma(two_n, fma(p, r * r, r), two_n - V(1));
}
template <class Isa>
LOCKSTEP_INLINE Vec<Isa, double> expm1(const Vec<Isa, double>& x) noexcept {
    using V = Vec<Isa, double>;
    const auto [shifted, r] = reduced_exponent(x);
    V p = V(1.0 / 6227020800.0);
    for (const double c : {1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880,
                           1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5}) {
        p = fma(p, r, V(c));
    }
    const auto power = (bit_cast<std::uint64_t>(shifted) + std::uint64_t{1023}) << 52;
    const V two_n = bit_cast<double>(power);
    return fma(two_n, fma(p, r * r, r), two_n - V(1));
}

// Relative error below 5e-7 (f32), 1e-15 (f64). NaN gives NaN.
template <class Isa, class T>
LOCKSTEP_INLINE Vec<Isa, T> tanh(const Vec<Isa, T>& x) noexcept {
    using V = Vec<Isa, T>;
    // Beyond 20 both precisions round to 1, and the quotient below stays finite.
    const V size = abs(x);
    const V e = expm1(select(size > V(20), V(40), size + size));
    const V result = e / (e + V(2));
    return select(x < V(0), -result, result);
}

}  // namespace lockstep

// The normal distribution's area and its inverse in lanes.
//
// Must not:  be used where more than six digits of an area matter.
// Invariant: a lane's result depends on its argument alone; the same bits on every instruction set.
#pragma once

#include <lockstep/detail/lane/math.hpp>

namespace lockstep {

// The area below x: Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8.
template <class V>
LOCKSTEP_INLINE V normal_area(const V& x) noexcept {
    const V size = abs(x);
    const V t = V(1) / fma(size, V(0.2316419), V(1));
    V p = V(1.330274429);
    for (const double c : {-1.821255978, 1.781477937, -0.356563782, 0.319381530, 0.0})
        p = fma(p, t, V(c));
    const V beyond = V(0.3989422804014327) * exp(V(-0.5) * size * size) * p;
    return select(x < V(0), beyond, V(1) - beyond);
}

// The x below which the area is p, clamped to [2^-54, 1 - 2^-53]: P. J. Acklam's rational
// functions, relative error below 1.2e-9.
template <class V>
LOCKSTEP_INLINE V normal_quantile(const V& p) noexcept {
    const V above = select(p < V(0x1p-54), V(0x1p-54), p);
    const V area = select(above > V(1 - 0x1p-53), V(1 - 0x1p-53), above);
    const V q = area - V(0.5), r = q * q;
    V top = V(-3.969683028665376e+01), bottom = V(-5.447609879822406e+01);
    for (const double c : {2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
                           -3.066479806614716e+01, 2.506628277459239e+00})
        top = fma(top, r, V(c));
    for (const double c : {1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
                           -1.328068155288572e+01, 1.0})
        bottom = fma(bottom, r, V(c));
    const V middle = q * top / bottom;

    const V tail = select(q < V(0), area, V(1) - area);
    const V s = sqrt(V(-2) * log(tail));
    V over = V(-7.784894002430293e-03), under = V(7.784695709041462e-03);
    for (const double c : {-3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
                           4.374664141464968e+00, 2.938163982698783e+00})
        over = fma(over, s, V(c));
    for (const double c :
         {3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1.0})
        under = fma(under, s, V(c));
    const V outer = over / under;
    return select(tail < V(0.02425), select(q < V(0), outer, -outer), middle);
}

}  // namespace lockstep

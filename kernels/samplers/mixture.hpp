// The bulk computations of searches: uniform and normal numbers, and densities of mixtures.
//
// Must not:  know samplers, trials or spaces.
// Invariant: the same bits on every instruction set: kernels are summed over sixteen virtual lanes.
#pragma once

#include <lockstep/detail/random/rng.hpp>
#include <lockstep/detail/samplers/mixture_view.hpp>
#include <lockstep/detail/samplers/normal.hpp>

namespace lockstep {

// `count` rows of sixteen uniform numbers in [0, 1), multiples of 2^-53.
template <class L>
LOCKSTEP_KERNEL void search_uniforms(Key key, const std::uint32_t (&id)[lane_count],
                                     const std::uint32_t (&time)[lane_count], int count,
                                     double* rows) noexcept {
    Rng<L, Key, 2> rng(key, L::u32::load(id), L::u32::load(time));
    for (int k = 0; k < count; ++k) rng.uniform().store(rows + std::int64_t{k} * lane_count);
}

// Replaces areas by standard normal quantiles. `count` is a multiple of sixteen, also below.
template <class L>
LOCKSTEP_KERNEL void search_quantiles(double* areas, int count) noexcept {
    using real = typename L::real;
    for (int i = 0; i < count; i += lane_count)
        normal_quantile(real::load(areas + i)).store(areas + i);
}

// Replaces uniform numbers by draws from normals around `center`, truncated to [0, 1].
template <class L>
LOCKSTEP_KERNEL void search_truncated(const double* center, const double* width, int count,
                                      double* uniforms) noexcept {
    using real = typename L::real;
    for (int i = 0; i < count; i += lane_count) {
        const real m = real::load(center + i), s = real::load(width + i);
        const real low = normal_area(-m / s), high = normal_area((real(1) - m) / s);
        const real area = fma(real::load(uniforms + i), high - low, low);
        const real x = fma(s, normal_quantile(area), m);
        const real above = select(x < real(0), real(0), x);
        select(above > real(1), real(1), above).store(uniforms + i);
    }
}

// The logarithms of such densities at their centers, which normalize them to area 1.
template <class L>
LOCKSTEP_KERNEL void search_heights(const double* center, double width, int count,
                                    double* heights) noexcept {
    using real = typename L::real;
    const real s(width), root_two_pi(2.5066282746310002);
    for (int i = 0; i < count; i += lane_count) {
        const real m = real::load(center + i);
        const real area = normal_area((real(1) - m) / s) - normal_area(-m / s);
        (-log(s * root_two_pi * area)).store(heights + i);
    }
}

template <class L>
LOCKSTEP_INLINE typename L::real kernel_exponent(const MixtureView& mixture, const double* point,
                                                 int kernel) noexcept {
    using real = typename L::real;
    real exponent(0);
    for (int d = 0; d < mixture.dimensions; ++d) {
        if (!(point[d] == point[d])) continue;
        const std::int64_t at = std::int64_t{d} * mixture.kernels + kernel;
        const real apart = real(point[d]) - real::load(mixture.center + at);
        const real distance =
            mixture.category[d] == 0 ? apart * apart : select(apart == real(0), real(0), real(1));
        exponent +=
            fnma(real::load(mixture.steepness + at), distance, real::load(mixture.height + at));
    }
    return exponent;
}

// The densities at `count` points, one after the other.
template <class L>
LOCKSTEP_KERNEL void mixture_densities(const MixtureView& mixture, const double* points, int count,
                                       double* densities) noexcept {
    using real = typename L::real;
    for (int p = 0; p < count; ++p) {
        const double* point = points + std::int64_t{p} * mixture.dimensions;
        real sum(0);
        for (int k = 0; k < mixture.kernels; k += lane_count)
            sum = fma(real::load(mixture.weight + k), exp(kernel_exponent<L>(mixture, point, k)),
                      sum);
        densities[p] = total(sum);
    }
}

}  // namespace lockstep

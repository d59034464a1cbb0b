// The search kernels that one instruction set offers.
//
// Must not:  include anything that emits code: tables cross the border between flag sets.
// Invariant: the tables give the same bits on every instruction set.
#pragma once

#include <cstdint>

#include <lockstep/detail/random/streams.hpp>
#include <lockstep/detail/samplers/mixture_view.hpp>

namespace lockstep {

// kernels/samplers/mixture.hpp documents each function.
struct SearchKernels {
    void (*uniforms)(Key key, const std::uint32_t (&id)[16], const std::uint32_t (&time)[16],
                     int count, double* rows) noexcept;
    void (*quantiles)(double* areas, int count) noexcept;
    void (*truncated)(const double* centre, const double* width, int count,
                      double* uniforms) noexcept;
    void (*heights)(const double* centre, double width, int count, double* heights) noexcept;
    void (*densities)(const MixtureView&, const double* points, int count,
                      double* densities) noexcept;
};

}  // namespace lockstep

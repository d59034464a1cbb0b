// Builds the table of search kernels for the instruction set that the translation unit is compiled
// for.
//
// Must not:  be included by anything but the generated units (see LockstepEnvironment.cmake).
// Invariant: the table is a constant.
#pragma once

#include <lockstep/detail/isa/search_table.hpp>
#include <lockstep/detail/samplers/mixture.hpp>

namespace lockstep {

template <class Isa>
constexpr SearchKernels search_kernel_table() noexcept {
    using L = Lanes<Isa, double>;
    return {search_uniforms<L>, search_quantiles<L>, search_truncated<L>, search_heights<L>,
            mixture_densities<L>};
}

}  // namespace lockstep

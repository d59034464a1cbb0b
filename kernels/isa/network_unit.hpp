// Builds the table of network kernels for the instruction set that the translation unit is compiled
// for.
//
// Must not:  be included by anything but the generated units (see LockstepEnvironment.cmake).
// Invariant: the table is a constant.
#pragma once

#include <lockstep/kernels/isa/network_table.hpp>
#include <lockstep/kernels/learn/choose.hpp>
#include <lockstep/kernels/learn/deep_q.hpp>
#include <lockstep/kernels/learn/network.hpp>
#include <lockstep/kernels/learn/optimiser.hpp>

namespace lockstep {

template <class L>
constexpr NetworkKernels<typename L::scalar> network_kernels() noexcept {
    return {forward<L>,  backward<L>,      through_outputs<L>, accumulate<L>, initialise<L>,
            optimise<L>, draw_uniforms<L>, choose<L>,          explore<L>,    remember<L>,
            recall<L>,   choose_next<L>,   value_gradient<L>,  follow<L>};
}

template <class Isa>
constexpr NetworkKernelTable network_kernel_table() noexcept {
    return {network_kernels<Lanes<Isa, float>>(), network_kernels<Lanes<Isa, double>>()};
}

}  // namespace lockstep

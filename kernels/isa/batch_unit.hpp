// Builds the table of batch kernels for the instruction set that the translation unit is compiled
// for.
//
// Must not:  be included by anything but the generated units (see LockstepEnvironment.cmake).
// Invariant: the table is a constant.
#pragma once

#include <lockstep/kernels/isa/batch_table.hpp>
#include <lockstep/kernels/learn/batch.hpp>

namespace lockstep {

template <class L>
constexpr BatchKernels<typename L::scalar> batch_kernels() noexcept {
    return {batch_forward<L>, batch_backward<L>, batch_products<L>};
}

template <class Isa>
constexpr BatchKernelTable batch_kernel_table() noexcept {
    return {batch_kernels<Lanes<Isa, float>>(), batch_kernels<Lanes<Isa, double>>()};
}

}  // namespace lockstep

// The network kernels of each instruction set.
//
// Invariant: a table is used only if its instruction set is supported.
#pragma once

#include <lockstep/detail/isa/network_table.hpp>
#include <lockstep/isa.hpp>

namespace lockstep {

extern const NetworkKernelTable* const network_kernels_by_isa[isa_count];

template <class Real>
const NetworkKernels<Real>& network_kernels(Isa isa) {
    const NetworkKernelTable& table = *network_kernels_by_isa[static_cast<int>(isa)];
    if constexpr (sizeof(Real) == 4) {
        return table.f32;
    } else {
        return table.f64;
    }
}

}  // namespace lockstep

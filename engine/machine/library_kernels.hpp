// The functions of no environment, of each instruction set.
//
// Invariant: a table is used only if its instruction set is supported.
#pragma once

#include <lockstep/detail/isa/library_table.hpp>
#include <lockstep/isa.hpp>

namespace lockstep {

extern const TablesByIsa<LibraryKernels> library_kernels_by_isa;

template <class Real>
const NetworkKernels<Real>& network_kernels(Isa isa) {
    return functions_on<Real>(library_kernels_by_isa[isa]);
}
inline const SearchKernels& search_kernels(Isa isa) { return library_kernels_by_isa[isa].search; }

}  // namespace lockstep

// The search kernels of each instruction set.
//
// Invariant: a table is only run where its instruction set is supported.
#pragma once

#include <lockstep/detail/isa/search_table.hpp>
#include <lockstep/isa.hpp>

namespace lockstep {

extern const SearchKernels* const search_kernels_by_isa[isa_count];

inline const SearchKernels& search_kernels(Isa isa) {
    return *search_kernels_by_isa[static_cast<int>(isa)];
}

}  // namespace lockstep

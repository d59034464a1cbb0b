// The search kernels of each instruction set.
//
// Invariant: a table is only run where its instruction set is supported.
#pragma once

#include <lockstep/engine/isa.hpp>
#include <lockstep/kernels/isa/search_table.hpp>

namespace lockstep {

const SearchKernels& search_kernels(Isa isa);

}  // namespace lockstep

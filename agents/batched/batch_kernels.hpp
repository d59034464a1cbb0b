// The batch kernels of each instruction set.
//
// Invariant: a table is only run where its instruction set is supported.
#pragma once

#include <lockstep/engine/isa.hpp>
#include <lockstep/kernels/isa/batch_table.hpp>

namespace lockstep {

template <class Real>
const BatchKernels<Real>& batch_kernels(Isa isa);

}  // namespace lockstep

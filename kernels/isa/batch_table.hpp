// What one instruction set offers to a learner whose worlds are the columns of a matrix.
//
// Must not:  include anything that emits code: tables cross the border between flag sets.
// Invariant: the same bits at every call, but not on every instruction set: how Eigen orders a sum
//            depends on the width of its registers.
#pragma once

#include <lockstep/kernels/learn/network_shape.hpp>

namespace lockstep {

// The kernels' own headers say what each does.
template <class Real>
struct BatchKernels {
    void (*forward)(const NetworkShape&, const Real* parameters, Real* sample,
                    int columns) noexcept;
    void (*backward)(const NetworkShape&, const Real* parameters, const Real* sample, Real* deltas,
                     int columns, Real* gradient) noexcept;
    void (*products)(const NetworkShape&, const Real* parameters, Real* sample, Real* deltas,
                     int columns, Real* gradient) noexcept;
};

struct BatchKernelTable {
    BatchKernels<float> f32;
    BatchKernels<double> f64;
};

}  // namespace lockstep

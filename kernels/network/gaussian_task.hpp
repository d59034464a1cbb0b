// The inputs and outputs of a policy with continuous actions: each number of an action is normally
// distributed around a network output, with a deviation that does not depend on the observation.
//
// Must not:  emit code.
// Invariant: a row holds sixteen lanes; an action has a row for each of its numbers.
#pragma once

#include <cstdint>

#include <lockstep/detail/lane/lane.hpp>

namespace lockstep {

template <class Real>
struct GaussianTask {
    std::int32_t columns;        // numbers of an action
    const Real *mean, *log_std;  // rows; of the deviations, the natural logarithms
    const Real *low, *high;      // bounds, one pair per column
    Real* drawn;                 // out: rows, not clipped
    Real* clipped;               // out: rows within the bounds
    Real* log_probability;       // out: one row, of `drawn`; null: not wanted
};

}  // namespace lockstep

// What a policy with continuous actions is given: each number of an action is normally distributed
// around an output of a network, with a deviation that no observation changes.
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
    const Real *mean, *log_std;  // rows; of the deviations, their natural logarithms
    const Real *low, *high;      // bounds, one of each a column
    Real* drawn;                 // out: rows, whatever the bounds
    Real* clipped;               // out: rows within the bounds
    Real* log_probability;       // out: one row, of `drawn`; null: not wanted
};

}  // namespace lockstep

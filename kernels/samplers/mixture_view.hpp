// A density over the unit cube: a sum of kernels around points.
//
// Must not:  emit code: it is read on both sides of the border between flag sets.
// Invariant: the number of kernels is a multiple of sixteen; padding has weight 0.
#pragma once

#include <cstdint>

namespace lockstep {

// At x: the sum over kernels k of
//     weight[k] exp(sum over dimensions d of height[d][k] - steepness[d][k] distance(d, k)),
// where distance is (x[d] - center[d][k])^2, or for a category 0 if equal and 1 if not. A dimension
// where x is NaN is skipped.
struct MixtureView {
    int dimensions = 0, kernels = 0;
    const double* weight = nullptr;  // [kernel]
    const double* center = nullptr;  // [dimension][kernel], and so on
    const double* steepness = nullptr;
    const double* height = nullptr;
    const std::uint8_t* category = nullptr;  // [dimension]
};

}  // namespace lockstep

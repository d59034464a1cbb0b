// A density over the unit cube as kernels around points.
//
// Must not:  emit code: it is read on both sides of the border between flag sets.
// Invariant: kernels are a multiple of sixteen; those that only fill up have weight 0.
#pragma once

#include <cstdint>

namespace lockstep {

// At x: the sum over kernels k of
//     weight[k] exp(sum over dimensions d of height[d][k] - steepness[d][k] distance(d, k)),
// where distance is (x[d] - centre[d][k])^2, or of a category 0 for the same and 1 for another. A
// dimension of which x is NaN counts nothing.
struct MixtureView {
    int dimensions = 0, kernels = 0;
    const double* weight = nullptr;  // [kernel]
    const double* centre = nullptr;  // [dimension][kernel], and so on
    const double* steepness = nullptr;
    const double* height = nullptr;
    const std::uint8_t* category = nullptr;  // [dimension]
};

}  // namespace lockstep

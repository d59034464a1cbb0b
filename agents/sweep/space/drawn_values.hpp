// Configurations of a space, drawn independently to learn about the space before a study begins.
//
// Must not:  know why.
// Invariant: a function of the space and the numbers drawn.
#pragma once

#include <span>

#include <lockstep/random.hpp>
#include <lockstep/sweep/space.hpp>

namespace lockstep::sweep {

// The values of a uniformly drawn point; of a grid, at the nearest points. Parameter `fixed` has
// this level, and its parents let it have one; -1: none is fixed.
void draw_values(const Space& space, bool grid, Draws& draws, std::span<double> values,
                 int fixed = -1, std::int64_t level = 0);

// The number of levels of a discrete parameter, or of one with points.
inline std::int64_t known_levels(const SearchParameter& p, bool grid) {
    return p.discrete() || grid ? p.levels() : 0;
}

}  // namespace lockstep::sweep

// Which trials of a generation go on.
//
// Must not:  know how many rounds there are, or what they cost.
// Invariant: trials are named by their positions in the generation.
#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

namespace lockstep::sweep {

// The positions of `count` trials.
inline std::vector<std::size_t> everyone(std::size_t count) {
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

// The number of the best 1 / eta of `count`.
std::size_t survivors_of(std::size_t count, double eta);

}  // namespace lockstep::sweep

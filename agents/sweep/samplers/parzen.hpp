// A density over the unit cube around the points of some trials: a product kernel for each, and one
// for the prior, which is uniform.
//
// Must not:  know losses.
// Invariant: the density is relative to the uniform one: it is 1 where nothing is known. Draws
//            follow the density; discrete parameters are drawn as the middles of their cells.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <lockstep/sweep/space.hpp>

#include "agents/sweep/samplers/proposal_draws.hpp"

namespace lockstep::sweep {

class ParzenEstimate {
public:
    // `units` is [trial][dimension] of all trials; NaN where a parameter has no value. Kernels are
    // `widening` times as wide as by Scott's rule, but never so narrow that they propose
    // near-duplicates. The space must outlive it.
    ParzenEstimate(const Space& space, const SearchKernels& kernels, std::span<const double> units,
                   std::span<const std::int64_t> trials, double widening);

    // The densities at points [point][dimension]; NaN where a parameter has no value.
    void densities(std::span<const double> points, std::span<double> densities) const;
    // Sixteen points from 1 + dimensions rows of uniform numbers, one point per column; overwrites
    // the rows.
    void draw(std::span<double> rows, std::span<double> points) const;

private:
    struct Dimension {
        std::int64_t levels = 0;  // 0: continuous
        double width = 1;         // of a category: the probability of its own level
    };
    void place(int dimension, std::span<const double> centers, double widening);
    void place_category(const Dimension& dimension, std::span<const double> centers,
                        std::size_t begin);
    double snapped(int dimension, double u) const;
    double drawn_category(const Dimension& dimension, double center, double uniform) const;

    const Space& space_;
    const SearchKernels& kernels_;
    std::size_t trials_ = 0, padded_ = 0;  // the prior's kernel follows the trials'
    std::vector<Dimension> dimensions_;
    std::vector<std::uint8_t> category_;
    std::vector<double> weight_, center_, steepness_, height_;  // as in MixtureView
};

}  // namespace lockstep::sweep

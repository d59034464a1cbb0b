// The configurations of a space by number: every combination of the parameters' levels, the last
// parameter fastest. A parameter without a value has no levels there and multiplies nothing.
//
// Must not:  know constraints, or who proposes what.
// Invariant: point() and rank() are each other's inverse.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <lockstep/sweep/space.hpp>

namespace lockstep::sweep {

class Lattice {
public:
    // How many levels a continuous parameter counts for.
    enum class Continuous { points, one };

    // The space must outlive it. If continuous parameters count by points, all of them must have
    // points.
    Lattice(const Space& space, Continuous continuous);

    // A product too large for 64 bits stays at the largest 64-bit number.
    static constexpr std::uint64_t beyond_count = ~std::uint64_t{0};
    std::uint64_t size() const { return size_; }

    // The point of the unit cube; the middle where a parameter has no value, or counts as one
    // level.
    void point(std::uint64_t rank, std::span<double> units) const;
    // `units` is NaN where a parameter has no value. Returns nothing for a point between two
    // levels.
    std::optional<std::uint64_t> rank(std::span<const double> units) const;

private:
    // A level of a parameter at which others have a value, and the number of points that those
    // make.
    struct Branch {
        std::int64_t level = 0;
        std::vector<int> children = {};
        std::uint64_t points = 1;
    };
    struct Axis {
        std::int64_t levels = 0;
        std::vector<Branch> branches;  // in order of level
        std::uint64_t points = 0;      // of the parameter and those below it
    };
    const Axis& axis(int i) const { return axes_[static_cast<std::size_t>(i)]; }
    void count(int i);
    void branch(int i, int child);
    double unit(int i, std::int64_t level) const;
    std::int64_t level_at(int i, double u) const;
    static std::int64_t descend(const Axis& a, std::uint64_t& rank, std::uint64_t& open,
                                std::vector<bool>& active);
    static std::uint64_t points_before(const Axis& a, std::int64_t level, std::uint64_t& open);

    const Space& space_;
    const Continuous continuous_;
    std::vector<Axis> axes_;
    std::uint64_t size_ = 1;
};

}  // namespace lockstep::sweep

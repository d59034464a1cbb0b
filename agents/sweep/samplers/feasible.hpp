// Questions of samplers about points of the unit cube.
//
// Must not:  draw anything.
// Invariant: a discrete parameter's points are the middles of their cells, as Space::unit gives
//            them.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <lockstep/sweep/space.hpp>

namespace lockstep::sweep {

// How often a point that breaks a constraint or occurred before is drawn anew.
inline constexpr int max_attempts = 64;
// Up to this many configurations, those that the constraints allow are counted.
inline constexpr std::int64_t counted_one_by_one = 100'000;

// Whether the constraints allow the configuration at a point.
inline bool feasible(const Space& space, std::span<const double> units) {
    if (!space.constrained()) return true;
    std::vector<double> values(units.size());
    space.values(units, values);
    return space.allows(values);
}

inline int cell(double u, std::int64_t levels) {
    return static_cast<int>(
        std::min(static_cast<std::int64_t>(u * static_cast<double>(levels)), levels - 1));
}

inline double cell_middle(std::int64_t level, std::int64_t levels) {
    return (static_cast<double>(level) + 0.5) / static_cast<double>(levels);
}

}  // namespace lockstep::sweep

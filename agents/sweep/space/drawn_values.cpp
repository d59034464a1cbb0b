
#include "agents/sweep/space/drawn_values.hpp"

#include <cmath>
#include <vector>

namespace lockstep::sweep {
namespace {

// The u at which a parameter has a level.
double unit_of_level(const Space& space, int i, std::int64_t level) {
    const SearchParameter& p = space[i];
    if (p.discrete()) return space.unit(i, space.level(i, level));
    return p.points == 1 ? 0.5 : static_cast<double>(level) / static_cast<double>(p.points - 1);
}

double unit_of_value(const Space& space, int i, double value) {
    return unit_of_level(space, i, space.level_of(i, value));
}

}  // namespace

void draw_values(const Space& space, bool grid, Draws& draws, std::span<double> values, int fixed,
                 std::int64_t level) {
    std::vector<double> point(values.size());
    for (int i = 0; i < space.size(); ++i) {
        double& u = point[static_cast<std::size_t>(i)];
        u = draws.uniform();
        const SearchParameter& p = space[i];
        if (!grid || p.discrete() || p.points == 0) continue;
        const double nearest = std::floor(u * static_cast<double>(p.points));
        u = unit_of_level(space, i, static_cast<std::int64_t>(nearest));
    }
    for (int i = fixed; i >= 0; i = space[i].parent) {
        double& u = point[static_cast<std::size_t>(i)];
        if (i == fixed) u = unit_of_level(space, i, level);
        const int parent = space[i].parent;
        if (parent < 0) break;
        const std::vector<double>& allowed = space[i].parent_values;
        const auto drawn = static_cast<std::size_t>(draws.below(static_cast<int>(allowed.size())));
        point[static_cast<std::size_t>(parent)] = unit_of_value(space, parent, allowed[drawn]);
    }
    space.values(point, values);
}

}  // namespace lockstep::sweep


#include "agents/sweep/samplers/lattice.hpp"

#include <algorithm>
#include <cmath>

namespace lockstep::sweep {
namespace {

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
    std::uint64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? Lattice::beyond_count : product;
}
std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
    std::uint64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? Lattice::beyond_count : sum;
}

}  // namespace

Lattice::Lattice(const Space& space, Continuous continuous)
    : space_(space), continuous_(continuous), axes_(static_cast<std::size_t>(space.size())) {
    // Parents come first, so going backward counts everything below a parameter before it.
    for (int i = space.size() - 1; i >= 0; --i) count(i);
    for (int i = 0; i < space.size(); ++i)
        if (space[i].parent < 0) size_ = times(size_, axis(i).points);
}

void Lattice::count(int i) {
    const SearchParameter& p = space_[i];
    Axis& a = axes_[static_cast<std::size_t>(i)];
    const bool one = !p.discrete() && continuous_ == Continuous::one;
    a.levels = one ? 1 : p.levels();
    for (int child = i + 1; child < space_.size() && !one; ++child)
        if (space_[child].parent == i) branch(i, child);
    a.points = static_cast<std::uint64_t>(a.levels) - a.branches.size();
    for (const Branch& b : a.branches) a.points = plus(a.points, b.points);
}

// Finds the levels of i at which its child has a value.
void Lattice::branch(int i, int child) {
    Axis& a = axes_[static_cast<std::size_t>(i)];
    for (const double value : space_[child].parent_values) {
        const std::int64_t level = space_.level_of(i, value);
        auto at = std::ranges::lower_bound(a.branches, level, {}, &Branch::level);
        if (at == a.branches.end() || at->level != level) at = a.branches.insert(at, {level});
        if (std::ranges::find(at->children, child) != at->children.end()) continue;
        at->children.push_back(child);
        at->points = times(at->points, axis(child).points);
    }
}

double Lattice::unit(int i, std::int64_t level) const {
    const SearchParameter& p = space_[i];
    if (p.discrete()) return space_.unit(i, space_.level(i, level));
    const std::int64_t levels = axis(i).levels;
    return levels == 1 ? 0.5 : static_cast<double>(level) / static_cast<double>(levels - 1);
}

// -1: between two levels.
std::int64_t Lattice::level_at(int i, double u) const {
    if (space_[i].discrete()) return space_.cell(i, u);
    if (continuous_ == Continuous::one) return 0;
    const double near = std::floor(u * static_cast<double>(axis(i).levels - 1) + 0.5);
    const auto level = static_cast<std::int64_t>(near);
    constexpr double rounding = 1e-9;
    return std::abs(unit(i, level) - u) <= rounding ? level : -1;
}

void Lattice::point(std::uint64_t rank, std::span<double> units) const {
    std::vector<bool> active(axes_.size());
    std::uint64_t open = size_;  // points that agree in the parameters so far
    for (int i = 0; i < space_.size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        units[at] = 0.5;
        if (space_[i].parent >= 0 && !active[at]) continue;
        open /= axis(i).points;
        units[at] = unit(i, descend(axis(i), rank, open, active));
    }
}

// The level of the point with this rank among those that agree so far. `rank` becomes its rank
// among those that also agree in this parameter, and `open` their number, in the units it had
// before.
std::int64_t Lattice::descend(const Axis& a, std::uint64_t& rank, std::uint64_t& open,
                              std::vector<bool>& active) {
    std::int64_t from = 0;
    for (const Branch& b : a.branches) {
        const std::uint64_t plain = static_cast<std::uint64_t>(b.level - from) * open;
        if (rank < plain) break;
        rank -= plain;
        from = b.level;
        if (rank < b.points * open) {
            for (const int child : b.children) active[static_cast<std::size_t>(child)] = true;
            open *= b.points;
            return b.level;
        }
        rank -= b.points * open;
        ++from;
    }
    const std::uint64_t steps = rank / open;
    rank %= open;
    return from + static_cast<std::int64_t>(steps);
}

std::optional<std::uint64_t> Lattice::rank(std::span<const double> units) const {
    std::uint64_t rank = 0, open = size_;
    for (int i = 0; i < space_.size(); ++i) {
        const double u = units[static_cast<std::size_t>(i)];
        if (std::isnan(u)) continue;
        const std::int64_t level = level_at(i, u);
        if (level < 0) return std::nullopt;
        open /= axis(i).points;
        rank += points_before(axis(i), level, open);
    }
    return rank;
}

// The number of points at the levels below this one; `open` becomes the number of points that also
// agree in this parameter.
std::uint64_t Lattice::points_before(const Axis& a, std::int64_t level, std::uint64_t& open) {
    std::uint64_t before = static_cast<std::uint64_t>(level) * open;
    for (const Branch& b : a.branches) {
        if (b.level < level) before += (b.points - 1) * open;
        if (b.level == level) {
            open *= b.points;
            break;
        }
    }
    return before;
}

}  // namespace lockstep::sweep

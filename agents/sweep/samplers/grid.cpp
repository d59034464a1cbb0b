// Every combination of the parameters' levels, the last parameter fastest. A parameter without a
// value has no levels there: it multiplies nothing.

#include <algorithm>
#include <string>
#include <vector>

#include <lockstep/agents/sweep/samplers/feasible.hpp>
#include <lockstep/agents/sweep/samplers/samplers.hpp>
#include <lockstep/engine/error.hpp>

namespace lockstep::sweep {
namespace {

constexpr std::uint64_t most_points = 1'000'000'000;

// Below it, counts are exact; a product beyond stays here.
constexpr std::uint64_t beyond_count = ~std::uint64_t{0};

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
    std::uint64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? beyond_count : product;
}
std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
    std::uint64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? beyond_count : sum;
}

// A level of a parameter at which others have a value, and how many points those then make.
struct Branch {
    std::int64_t level = 0;
    std::vector<int> children;
    std::uint64_t points = 1;
};

struct Axis {
    std::int64_t levels = 0;
    std::vector<Branch> branches;  // in order of level
    std::uint64_t points = 0;      // of the parameter and those below it
};

double level_unit(const SearchParameter& p, std::int64_t level, std::int64_t levels) {
    if (p.discrete()) return cell_middle(level, levels);
    return levels == 1 ? 0.5 : static_cast<double>(level) / static_cast<double>(levels - 1);
}

class Grid final : public Sampler {
public:
    explicit Grid(const Space& space)
        : space_(space), axes_(static_cast<std::size_t>(space.size())) {
        // Parents come first, so that from behind all below a parameter is counted before it.
        for (int i = space.size() - 1; i >= 0; --i) count(i);
        for (int i = 0; i < space.size(); ++i)
            if (space[i].parent < 0) points_ = times(points_, axis(i).points);
        if (points_ > most_points)
            throw ConfigError("sampler grid: " +
                              (points_ == beyond_count ? "2^64 points or more"
                                                       : std::to_string(points_) + " points") +
                              ": allowed up to " + std::to_string(most_points));
    }

    std::int64_t limit() const override { return static_cast<std::int64_t>(points_); }
    bool learns() const override { return false; }

    void propose(const Observations&, const Generation& generation,
                 std::span<double> units) override {
        const auto size = axes_.size();
        for (std::int64_t t = 0; t < generation.count; ++t)
            point(static_cast<std::uint64_t>(generation.first + t),
                  units.subspan(static_cast<std::size_t>(t) * size, size));
    }

private:
    Axis& axis(int i) { return axes_[static_cast<std::size_t>(i)]; }

    void count(int i) {
        const SearchParameter& p = space_[i];
        Axis& a = axis(i);
        a.levels = p.low == p.high ? 1 : p.levels();
        if (a.levels < 1)
            throw ConfigError("sampler grid: " + p.name + ": give points, how many levels it has");
        for (int child = i + 1; child < space_.size(); ++child)
            if (space_[child].parent == i) branch(i, child);
        a.points = static_cast<std::uint64_t>(a.levels) - a.branches.size();
        for (const Branch& b : a.branches) a.points = plus(a.points, b.points);
    }
    // The levels of i at which its child has a value.
    void branch(int i, int child) {
        Axis& a = axis(i);
        for (const double value : space_[child].parent_values) {
            const std::int64_t level = level_of(i, value);
            if (level < 0) continue;
            auto at = std::ranges::lower_bound(a.branches, level, {}, &Branch::level);
            if (at == a.branches.end() || at->level != level)
                at = a.branches.insert(at, {level, {}, 1});
            if (std::ranges::find(at->children, child) != at->children.end()) continue;
            at->children.push_back(child);
            at->points = times(at->points, axis(child).points);
        }
    }
    // -1: no level has the value.
    std::int64_t level_of(int i, double value) {
        const SearchParameter& p = space_[i];
        if (!(value >= p.low && value <= p.high)) return -1;
        const std::int64_t levels = axis(i).levels;
        const double u = space_.unit(i, value);
        const auto level =
            p.discrete() ? static_cast<std::int64_t>(u * static_cast<double>(levels))
                         : static_cast<std::int64_t>(u * static_cast<double>(levels - 1) + 0.5);
        return space_.value(i, level_unit(p, level, levels)) == value ? level : -1;
    }

    void point(std::uint64_t rank, std::span<double> units) {
        std::vector<bool> active(axes_.size());
        std::uint64_t open = points_;  // points that agree in the parameters so far
        for (int i = 0; i < space_.size(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            units[at] = 0.5;
            if (space_[i].parent >= 0 && !active[at]) continue;
            open /= axis(i).points;
            const std::int64_t level = descend(axis(i), rank, open, active);
            units[at] = level_unit(space_[i], level, axis(i).levels);
        }
    }
    // The level of the point with this rank among those that agree so far. `rank` becomes that
    // among those that also agree in it, and `open` their number, in units of what came in.
    static std::int64_t descend(const Axis& a, std::uint64_t& rank, std::uint64_t& open,
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

    const Space& space_;
    std::vector<Axis> axes_;
    std::uint64_t points_ = 1;
};

}  // namespace

std::unique_ptr<Sampler> make_grid(const Space& space, const SamplerConfig&) {
    return std::make_unique<Grid>(space);
}

}  // namespace lockstep::sweep


#include "agents/sweep/study/feasibility.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "agents/sweep/samplers/feasible.hpp"
#include "agents/sweep/samplers/lattice.hpp"
#include "agents/sweep/space/drawn_values.hpp"

namespace lockstep::sweep {
namespace {

constexpr std::int64_t drawn = 10'000;

// How many configurations keep each constraint, and how many keep all.
struct Counts {
    std::vector<std::int64_t> kept;
    std::int64_t all = 0;
};

void count(const Space& space, std::span<const double> values, Counts& counts) {
    bool all = true;
    for (std::size_t c = 0; c < counts.kept.size(); ++c) {
        const bool keeps = kept(space.constraints()[c], values);
        counts.kept[c] += keeps, all &= keeps;
    }
    counts.all += all;
}

// The number of all configurations; 0 if they are endless or too many to look at.
std::int64_t few(const Space& space, bool grid) {
    if (!grid && !std::ranges::all_of(space.parameters(), &SearchParameter::discrete)) return 0;
    const std::uint64_t size = Lattice(space, Lattice::Continuous::points).size();
    return size > counted_one_by_one ? 0 : static_cast<std::int64_t>(size);
}

}  // namespace

std::string constraints_fault(const Space& space, bool grid) {
    if (!space.constrained()) return "";
    for (const SearchParameter& p : space.parameters())
        if (grid && p.levels() < 1) return "";  // no grid: its sampler reports that
    Counts counts{std::vector<std::int64_t>(space.constraints().size())};
    const std::int64_t all = few(space, grid);
    std::vector<double> values(static_cast<std::size_t>(space.size()));
    if (all > 0) {
        const Lattice lattice(space, Lattice::Continuous::points);
        std::vector<double> point(values.size());
        for (std::int64_t rank = 0; rank < all; ++rank) {
            lattice.point(static_cast<std::uint64_t>(rank), point);
            space.values(point, values);
            count(space, values, counts);
        }
    } else {
        CounterDraws draws(0);
        for (std::int64_t i = 0; i < drawn; ++i) {
            draw_values(space, grid, draws, values);
            count(space, values, counts);
        }
    }
    if (counts.all > 0) return "";
    const std::string none_of_them =
        "none of " + (all > 0 ? "the " + std::to_string(all) : "10,000 random") + " configurations";
    std::string faults;
    for (std::size_t c = 0; c < counts.kept.size(); ++c) {
        if (counts.kept[c] == 0)
            faults += (faults.empty() ? "constraint '" : "\nconstraint '") +
                      space.constraints()[c].text + "': " + none_of_them + " keeps it";
    }
    return faults.empty() ? "constraints: " + none_of_them + " keeps them all" : faults;
}

}  // namespace lockstep::sweep

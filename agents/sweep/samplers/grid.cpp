// Every combination of the parameters' levels, the last parameter fastest; leaves out those that
// were given before.

#include <string>

#include <lockstep/error.hpp>
#include <lockstep/sweep/sampler.hpp>

#include "agents/sweep/samplers/key_set.hpp"
#include "agents/sweep/samplers/lattice.hpp"

namespace lockstep::sweep {
namespace {

constexpr std::uint64_t max_points = 1'000'000'000;

class Grid final : public Sampler {
public:
    explicit Grid(const Space& space)
        : size_(static_cast<std::size_t>(space.size())),
          lattice_(space, Lattice::Continuous::points) {
        if (lattice_.size() > max_points)
            throw ConfigError("sampler grid: " +
                              (lattice_.size() == Lattice::beyond_count
                                   ? "2^64 points or more"
                                   : std::to_string(lattice_.size()) + " points") +
                              ": allowed up to " + std::to_string(max_points));
    }

    std::int64_t limit() const override { return static_cast<std::int64_t>(lattice_.size()); }
    bool learns() const override { return false; }

    std::int64_t propose(const Observations& seen, const Generation& generation,
                         std::span<double> units) override {
        if (seen.before.size() < folded_) folded_ = 0, next_ = 0, given_.clear();
        for (; folded_ < seen.before.size(); ++folded_) {
            const Generation& g = seen.before[folded_];
            take_given(g, seen.units.subspan(static_cast<std::size_t>(g.first) * size_));
            for (std::int64_t t = g.given; t < g.count; ++t) next_ = after_given(next_) + 1;
        }
        KeySet kept = given_;
        take_given(generation, units);
        // Trials that were not shown were points of this grid.
        std::uint64_t next =
            next_ + static_cast<std::uint64_t>(generation.first - std::ssize(seen.losses));
        std::int64_t t = generation.given;
        for (; t < generation.count; ++t) {
            next = after_given(next);
            if (next >= lattice_.size()) break;
            lattice_.point(next++, units.subspan(static_cast<std::size_t>(t) * size_, size_));
        }
        given_ = std::move(kept);
        return t;
    }

private:
    void take_given(const Generation& generation, std::span<const double> units) {
        for (std::int64_t t = 0; t < generation.given; ++t) {
            const auto rank =
                lattice_.rank(units.subspan(static_cast<std::size_t>(t) * size_, size_));
            if (rank) given_.insert(*rank);
        }
    }
    std::uint64_t after_given(std::uint64_t rank) const {
        while (given_.contains(rank)) ++rank;
        return rank;
    }

    const std::size_t size_;
    const Lattice lattice_;
    std::size_t folded_ = 0;  // generations
    std::uint64_t next_ = 0;  // rank
    KeySet given_;            // ranks
};

}  // namespace

std::unique_ptr<Sampler> make_grid(const Space& space, const SamplerConfig&) {
    std::string endless;
    for (const SearchParameter& p : space.parameters())
        if (p.levels() < 1) endless += (endless.empty() ? "" : ", ") + p.name;
    if (!endless.empty())
        throw ConfigError("sampler grid: " + endless + ": give points, how many levels it has");
    return std::make_unique<Grid>(space);
}

}  // namespace lockstep::sweep

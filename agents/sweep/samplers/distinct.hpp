// Keeps configurations distinct: which points a sampler may propose, and what is left if it finds
// none.
//
// Must not:  know how a sampler draws.
// Invariant: a function of the space, the seed, and what was shown and added since begin(). Nothing
//            is kept of configurations with a continuous parameter: no two are alike.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <lockstep/sweep/sampler.hpp>

#include "agents/sweep/samplers/key_set.hpp"
#include "agents/sweep/samplers/lattice.hpp"
#include "agents/sweep/samplers/proposal_draws.hpp"

namespace lockstep::sweep {

class Distinct {
public:
    // The space must outlive it.
    Distinct(const Space& space, std::uint64_t seed);

    // How many configurations the constraints allow; the largest number if they are endless or
    // counting them would take long.
    std::int64_t limit() const { return limit_; }
    // Whether a configuration can occur twice.
    bool countable() const { return !continuous_root_; }
    // Whether points can be rejected at all.
    bool judges() const { return countable() || space_.constrained(); }

    // Takes all trials before the generation, and those given in it.
    void begin(const Observations& seen, const Generation& generation,
               std::span<const double> units);
    // Whether the constraints allow a point's configuration and it has not occurred before. Many
    // threads may call it at once.
    bool fresh(std::span<const double> point) const;
    // Adds the point if it is fresh; returns whether it was.
    bool take(std::span<const double> point);

    // Replaces a point that is not fresh, and adds the new one: one of 64 drawn uniformly, or the
    // first that is left in the trial's own order. Returns false if none is left. If there are too
    // many to look at and none of the 64 is fresh, the point stays as it is.
    bool replace(std::int64_t trial, std::span<double> point);

private:
    // None: no other configuration is like it.
    using Key = std::optional<std::uint64_t>;
    Key key(std::span<const double> known) const;
    std::optional<Key> judged(std::span<const double> point) const;
    bool was_there(std::uint64_t key) const;
    bool draw_anew(std::int64_t trial, std::span<double> point);
    bool take_left(std::int64_t trial, std::span<double> point);
    std::int64_t count() const;

    const Space& space_;
    const ProposalDraws draws_;
    const Lattice lattice_;         // a continuous parameter has one level
    bool continuous_root_ = false;  // some continuous parameter always has a value
    bool continuous_ = false;       // some has one sometimes or always
    bool conditional_ = false;      // some parameter has a value only sometimes
    std::int64_t limit_ = 0;
    KeySet before_, now_;    // of earlier generations' trials, and of this one's
    std::size_t shown_ = 0;  // trials in before_
};

}  // namespace lockstep::sweep

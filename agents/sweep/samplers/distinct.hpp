// Keeps configurations apart: which points a sampler may propose, and what is left where it finds
// none.
//
// Must not:  know how a sampler draws.
// Invariant: a function of the space, the seed, and what was shown and added since begin(). Of
//            configurations with a continuous parameter nothing is kept: no two are alike.
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

    // How many configurations there are that the constraints allow; the largest number where there
    // is no end to them, or counting them would take long.
    std::int64_t limit() const { return limit_; }
    // Whether a configuration can come twice.
    bool countable() const { return !continuous_root_; }
    // Whether there is anything to judge points by.
    bool judges() const { return countable() || space_.constrained(); }

    // Shows all trials before the generation, and those given in it.
    void begin(const Observations& seen, const Generation& generation,
               std::span<const double> units);
    // Whether the constraints allow a point's configuration, and it was not there before. May be
    // asked by many threads at once.
    bool fresh(std::span<const double> point) const;
    // Adds it if it is; whether it was.
    bool take(std::span<const double> point);

    // Adds another point in the place of one that is not fresh: one of 64 that are equally likely
    // everywhere, or the first that is left in an order of the trial's own. False: none is left.
    // Where there are too many to look at, and none of the 64 is fresh, the point stays as it is.
    bool replace(std::int64_t trial, std::span<double> point);

private:
    // None: there is no other configuration like it.
    using Key = std::optional<std::uint64_t>;
    Key key(std::span<const double> known) const;
    std::optional<Key> judged(std::span<const double> point) const;
    bool was_there(std::uint64_t key) const;
    bool draw_anew(std::int64_t trial, std::span<double> point);
    bool take_left(std::int64_t trial, std::span<double> point);
    std::int64_t count() const;

    const Space& space_;
    const ProposalDraws draws_;
    const Lattice lattice_;         // of continuous parameters only one level
    bool continuous_root_ = false;  // some continuous parameter always has a value
    bool continuous_ = false;       // some has one at times, or always
    bool conditional_ = false;      // some parameter has a value at times
    std::int64_t limit_ = 0;
    KeySet before_, now_;    // of earlier generations' trials, and of this one's
    std::size_t shown_ = 0;  // trials in before_
};

}  // namespace lockstep::sweep

// Which parameters made the difference.
//
// Must not:  know what trials are of.
// Invariant: a function of its arguments, with the same bits on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <lockstep/statistics.hpp>
#include <lockstep/sweep/space.hpp>

namespace lockstep::sweep {

// How much of the differences between trials a parameter alone explains: the share of the variance
// of their ranks that lies between its levels (eight equal cells of a continuous one), minus what
// chance would explain (Kelley 1935); for a conditional one, among the trials that have it.
struct Importance {
    std::string name;
    double share = 0;
    Interval ci95{};       // over bootstrap resamples of trials
    double rank_kept = 0;  // share of the resamples in which it keeps its place in the order
};

// `units` [trial][dimension], NaN where a trial has no value; `order`: the trials, best first.
// Resamples and, of very many trials, the sample are drawn from `seed`.
std::vector<Importance> importances(const Space& space, std::span<const double> units,
                                    std::span<const std::int64_t> order, std::uint64_t seed);

}  // namespace lockstep::sweep

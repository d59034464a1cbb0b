// Which parameters made the difference.
//
// Must not:  know what trials are of.
// Invariant: a function of its arguments, the same bits on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <lockstep/agents/sweep/findings.hpp>

namespace lockstep::sweep {

// `units` [trial][dimension], NaN where a trial has no value; `order` the trials, best first.
// Resamples, and of very many trials those that count, are drawn from `seed`.
std::vector<Importance> importances(const Space& space, std::span<const double> units,
                                    std::span<const std::int64_t> order, std::uint64_t seed);

}  // namespace lockstep::sweep

// The functions that make the schedulers.
//
// Must not:  be included except by the schedulers and their registry.
// Invariant: the study outlives what is made for it.
#pragma once

#include <cstddef>
#include <numeric>

#include <lockstep/sweep/scheduler.hpp>

namespace lockstep::sweep {

std::unique_ptr<Scheduler> make_full(const Study& study);
std::unique_ptr<Scheduler> make_racing(const Study& study);
// Throw ConfigError if there is no budget to divide.
std::unique_ptr<Scheduler> make_halving(const Study& study);
std::unique_ptr<Scheduler> make_hyperband(const Study& study);
std::unique_ptr<Scheduler> make_slice(const Study& study);  // of population based training

// The positions of `count` trials.
inline std::vector<std::size_t> everyone(std::size_t count) {
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

// The number of the best 1 / eta of `count`.
std::size_t survivors_of(std::size_t count, double eta);

}  // namespace lockstep::sweep

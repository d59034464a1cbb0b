// The random numbers of a study's proposals.
//
// Must not:  know what the numbers are for.
// Invariant: a number is a pure function of (seed, trial, draw, row); studies with different seeds
//            share none. Trials are below 2^48, draws below 2^16.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/machine/library_kernels.hpp"
#include "engine/random/seeding.hpp"

namespace lockstep::sweep {

inline constexpr int draws_at_once = 16;

class ProposalDraws {
public:
    explicit ProposalDraws(std::uint64_t seed)
        : kernels_(&search_kernels(default_isa())), key_(stream_key(seed, Stream::proposals)) {}

    const SearchKernels& kernels() const { return *kernels_; }

    // Rows of sixteen uniform numbers in [0, 1): column c belongs to trial first + c.
    void of_trials(std::int64_t first, int draw, std::span<double> rows) const {
        std::array<std::int64_t, draws_at_once> trials, draws;
        for (std::size_t c = 0; c < trials.size(); ++c)
            trials[c] = first + static_cast<std::int64_t>(c), draws[c] = draw;
        fill(trials, draws, rows);
    }
    // The same for one trial: column c belongs to draw first + c.
    void of_draws(std::int64_t trial, int first, std::span<double> rows) const {
        std::array<std::int64_t, draws_at_once> trials, draws;
        for (std::size_t c = 0; c < trials.size(); ++c)
            trials[c] = trial, draws[c] = first + static_cast<std::int64_t>(c);
        fill(trials, draws, rows);
    }

private:
    void fill(std::span<const std::int64_t, draws_at_once> trials,
              std::span<const std::int64_t, draws_at_once> draws, std::span<double> rows) const {
        std::uint32_t id[draws_at_once], time[draws_at_once];
        for (std::size_t c = 0; c < draws_at_once; ++c) {
            id[c] = static_cast<std::uint32_t>(trials[c]);
            time[c] = static_cast<std::uint32_t>(draws[c] | trials[c] >> 32 << 16);
        }
        kernels_->uniforms(key_, id, time, static_cast<int>(rows.size()) / draws_at_once,
                           rows.data());
    }

    const SearchKernels* kernels_;
    Key key_;
};

}  // namespace lockstep::sweep

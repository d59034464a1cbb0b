// What a random search is between two lots of candidates, as bytes and back.
//
// Must not:  know how candidates are scored.
// Invariant: a search that is read back goes on with the bits of one that never stopped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lockstep/agent.hpp>

namespace lockstep {

// Of its first candidates, and then of the best of all.
struct SearchScores {
    std::vector<double> tuning, validation;
    std::int64_t tuning_steps = 0, validation_steps = 0;
};

// `kind` is a number that tells apart searches which cannot go on from each other's states.
LearnerState write_search_state(std::uint64_t kind, const SearchScores& scores);

// For a search of so many candidates: where the state is of fewer, the best of all are not known
// yet. Throws ConfigError on bytes of another kind, that are not as long as they say, or of more
// candidates.
SearchScores read_search_state(std::uint64_t kind, std::span<const std::byte> state,
                               std::size_t candidates);

}  // namespace lockstep

// The names of random streams and the keys that select them.
//
// Must not:  emit code: it is read on both sides of the border between flag sets.
// Invariant: a stream's number never changes, since every result depends on it.
#pragma once

#include <cstdint>

namespace lockstep {

// What a stream of numbers is for. Streams of one seed are independent of each other: episodes for
// tuning, for validation and for the final test never coincide.
enum class Stream : std::uint32_t {
    resets = 0,
    dynamics = 1,
    actions = 2,
    search = 3,
    validation = 4,
    test = 5,
    boards = 6,
    tables = 7,
    weights = 8,    // how networks are initialized
    batches = 9,    // which past samples form a batch
    proposals = 10  // which configurations a study tries
};

struct Key {
    std::uint32_t words[2];
};

}  // namespace lockstep

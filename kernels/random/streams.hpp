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

// The numbers that a reset or a step draws, in order: 0 stands for a double in [0, 1), n for an
// integer below n.
inline constexpr int max_draws = 64;
struct DrawPlan {
    int count = 0;  // those beyond max_draws included
    std::uint32_t bound[max_draws] = {};
};

// Numbers that were drawn in advance: draw d of world i is number[d * stride + i].
struct RecordedNumbers {
    const double* number = nullptr;
    std::int64_t stride = 0;
};

}  // namespace lockstep

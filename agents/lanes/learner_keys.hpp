// The random streams of one learner, and limits for processes without end.
//
// Must not:  know how it learns.
// Invariant: tests draw everything from streams that training never saw.
#pragma once

#include <algorithm>

#include <lockstep/detail/block/worlds.hpp>

#include "engine/environments/config.hpp"
#include "engine/random/seeding.hpp"

namespace lockstep {

inline constexpr std::int32_t endless_test_steps = 1000;  // of an episode that would not end

struct LearnerKeys {
    Key resets, dynamics, actions, weights, batches;
};

// Whether its episodes neither end nor are truncated.
inline bool never_ends(const WorldSettings& world) {
    const bool ends =
        !world.model || std::ranges::any_of(world.model->mdp().outcomes, &Outcome::terminated);
    return world.time_limit >= no_step_limit && !ends;
}

// Test episodes that would not end are truncated after `endless_test_steps` steps.
template <class Real>
void end_tests(Worlds<Real>& worlds) {
    if (worlds.time_limit >= no_step_limit) worlds.time_limit = endless_test_steps;
}

// The keys for episodes in `stream`.
inline LearnerKeys learner_keys(std::uint64_t seed, Stream stream) {
    Key resets = stream_key(seed, stream);
    std::uint64_t root = seed;
    if (stream != Stream::resets) root = std::uint64_t{resets.words[0]} << 32U | resets.words[1];
    return {resets, stream_key(root, Stream::dynamics), stream_key(root, Stream::actions),
            stream_key(root, Stream::weights), stream_key(root, Stream::batches)};
}

inline void put_key(std::uint32_t (&words)[2][lane_count], int lane, Key key) {
    words[0][lane] = key.words[0];
    words[1][lane] = key.words[1];
}

}  // namespace lockstep

// Keys of the counter-based streams.
//
// Invariant: a key is a function of seed and stream; streams of one seed never coincide.
#pragma once

#include <cstdint>

#include <lockstep/kernels/random/streams.hpp>

namespace lockstep {

// Where reset states come from.
enum class Seeding {
    lockstep,   // counter-based: a state is a function of (seed, world, episode)
    gymnasium,  // environment i has NumPy's default_rng(seed + i), like Gymnasium's SyncVectorEnv
    gymnasium_shared,  // one default_rng(seed) for all, like Gymnasium's CartPoleVectorEnv
};

Key stream_key(std::uint64_t seed, Stream stream);

}  // namespace lockstep

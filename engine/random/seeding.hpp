// Keys of the counter-based streams.
//
// Invariant: a key is a function of seed and stream; streams of one seed never coincide.
#pragma once

#include <cstdint>

#include <lockstep/detail/random/streams.hpp>

namespace lockstep {

Key stream_key(std::uint64_t seed, Stream stream);

}  // namespace lockstep

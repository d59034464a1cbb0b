// A vector of worlds as bytes, and back.
//
// Owns:      the format: what is in a snapshot, and how one is known to be whole and of these
// worlds. Must not:  know what columns there are. Invariant: nothing is restored from bytes that
// are not a whole snapshot of the same configuration.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lockstep/detail/block/worlds.hpp>

#include "engine/environments/config.hpp"
#include "engine/random/numpy_random.hpp"

namespace lockstep {

// Tells worlds apart that could not go on from each other's snapshots; `real_size` is 4 or 8.
std::uint64_t world_fingerprint(const VectorEnvConfig& config, const WorldSettings& settings,
                                std::size_t real_size);

// What changes of the worlds: their clock and keys, their columns, their generators of resets.
template <class Real>
struct WorldMemory {
    Worlds<Real>& worlds;
    std::span<std::byte> columns;
    std::span<NumpyGenerator> generators;
};

template <class Real>
std::vector<std::byte> take_snapshot(const WorldMemory<Real>& memory, std::uint64_t fingerprint);

// Throws ConfigError, having changed nothing, where `snapshot` is none, is damaged or has another
// fingerprint.
template <class Real>
void restore_snapshot(std::span<const std::byte> snapshot, const WorldMemory<Real>& memory,
                      std::uint64_t fingerprint);

}  // namespace lockstep

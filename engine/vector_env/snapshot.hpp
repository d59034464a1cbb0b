// The state of a VectorEnv as bytes, and back.
//
// Owns:      the format: what is in a snapshot, and how to check that one is complete and belongs
//            to this configuration.
// Must not:  know what columns there are.
// Invariant: only a complete snapshot of the same configuration is restored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lockstep/detail/block/worlds.hpp>

#include "engine/environments/config.hpp"
#include "engine/random/numpy_random.hpp"

namespace lockstep {

// Differs between configurations that cannot share snapshots; `real_size` is 4 or 8.
std::uint64_t world_fingerprint(const VectorEnvConfig& config, const WorldSettings& settings,
                                std::size_t real_size);

// The mutable state: clock and keys, columns, and the generators of resets.
template <class Real>
struct WorldMemory {
    Worlds<Real>& worlds;
    std::span<std::byte> columns;
    std::span<NumpyGenerator> generators;
};

template <class Real>
std::vector<std::byte> take_snapshot(const WorldMemory<Real>& memory, std::uint64_t fingerprint);

// Throws ConfigError, without changes, on a damaged snapshot or one of another fingerprint.
template <class Real>
void restore_snapshot(std::span<const std::byte> snapshot, const WorldMemory<Real>& memory,
                      std::uint64_t fingerprint);

}  // namespace lockstep

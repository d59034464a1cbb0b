// What a store keeps of a row: a key, a record and the CRC32C of both.
//
// Owns:      the encoding of rows. Who changes it changes schema_version.
// Must not:  know SQLite.
// Invariant: the checksum covers every bit of a row; those of `state_bytes`, which have a record of
//            their own, through their checksum.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <lockstep/sweep/trial.hpp>

#include "tools/store/bytes.hpp"

namespace lockstep::sweep {

// CRC32C of a key's bytes and a record's, as SQLite's integers hold it.
std::int64_t checksum(const RowKey& key, std::span<const std::byte> record);
std::int64_t checksum(std::string_view key, std::span<const std::byte> record);

// Adds all but the key to `to`; of the state its size and `state_checksum`.
void encode(const TrialRow& row, std::int64_t state_checksum, ByteWriter& to);

// A row without its state, and what that must be.
struct Decoded {
    TrialRow row;
    std::uint64_t state_size = 0;
    std::int64_t state_checksum = 0;
};
// Nothing where the record cannot be read, or the key is no row's.
std::optional<Decoded> decode(const RowKey& key, std::span<const std::byte> record);

}  // namespace lockstep::sweep

// How a store keeps a row: a key, a record and the CRC32C of both.
//
// Owns:      the encoding of rows. A change to it must also change schema_version.
// Must not:  know SQLite.
// Invariant: the checksum covers every bit of a row. `state_bytes` are stored in a record of their
//            own, and covered through that record's checksum.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <lockstep/sweep/trial.hpp>

#include "tools/store/bytes.hpp"

namespace lockstep::sweep {

// CRC32C of a key's bytes and a record's, as an SQLite integer.
std::int64_t checksum(const RowKey& key, std::span<const std::byte> record);
std::int64_t checksum(std::string_view key, std::span<const std::byte> record);

// Adds everything but the key to `to`; of the state only its size and `state_checksum`.
void encode(const TrialRow& row, std::int64_t state_checksum, ByteWriter& to);

// A row without its state, and the size and checksum that the state must have.
struct Decoded {
    TrialRow row;
    std::uint64_t state_size = 0;
    std::int64_t state_checksum = 0;
};
// Nothing if the record cannot be read, or if no row can have this key.
std::optional<Decoded> decode(const RowKey& key, std::span<const std::byte> record);

}  // namespace lockstep::sweep

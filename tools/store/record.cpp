
#include "tools/store/record.hpp"

#include <boost/crc.hpp>
#include <limits>

namespace lockstep::sweep {
namespace {

using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;

void add(Crc32c& crc, std::span<const std::byte> bytes) {
    crc.process_bytes(bytes.data(), bytes.size());
}

}  // namespace

std::int64_t checksum(const RowKey& key, std::span<const std::byte> record) {
    const std::int64_t numbers[] = {key.trial, key.role, key.stage};
    Crc32c crc;
    add(crc, std::as_bytes(std::span(numbers)));
    add(crc, record);
    return crc.checksum();
}

std::int64_t checksum(std::string_view key, std::span<const std::byte> record) {
    Crc32c crc;
    add(crc, std::as_bytes(std::span(key)));
    crc.process_byte(0);  // where the key ends
    add(crc, record);
    return crc.checksum();
}

void encode(const TrialRow& row, std::int64_t state_checksum, ByteWriter& to) {
    to.put(row.generation);
    to.put(static_cast<std::uint8_t>(row.state));
    to.put(row.budget);
    to.put(row.first_seed);
    to.put(row.seeds);
    to.put(row.steps);
    to.put_all(std::span<const double>(row.values));
    to.put_all(std::span<const double>(row.scores));
    to.put_all(std::span<const char>(row.message));
    to.put(std::uint64_t{row.state_bytes.size()});
    to.put(state_checksum);
}

std::optional<Decoded> decode(const RowKey& key, std::span<const std::byte> record) {
    ByteReader from(record);
    Decoded decoded;
    TrialRow& row = decoded.row;
    row.trial = key.trial;
    row.role = static_cast<Role>(key.role);
    row.stage = static_cast<std::int32_t>(key.stage);
    row.generation = from.get<std::int64_t>();
    const auto state = from.get<std::uint8_t>();
    row.state = static_cast<TrialState>(state);
    row.budget = from.get<double>();
    row.first_seed = from.get<std::int64_t>();
    row.seeds = from.get<std::int64_t>();
    row.steps = from.get<std::int64_t>();
    from.get_all(row.values);
    from.get_all(row.scores);
    from.get_all(row.message);
    decoded.state_size = from.get<std::uint64_t>();
    decoded.state_checksum = from.get<std::int64_t>();
    if (!from.finished() || state >= trial_states || key_of(row) != key) return std::nullopt;
    if (row.role > Role::test) return std::nullopt;
    return decoded;
}

}  // namespace lockstep::sweep

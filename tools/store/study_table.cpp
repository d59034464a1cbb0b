
#include "tools/store/study_table.hpp"

#include <fmt/format.h>

#include <string_view>

#include "tools/store/record.hpp"

namespace lockstep::sweep {
namespace {

void put(Database& database, std::string_view key, std::span<const std::byte> value) {
    Statement(database, "REPLACE INTO study VALUES (?, ?, ?)")
        .run(key, value, checksum(key, value));
}

void put(Database& database, std::string_view key, const std::string& text) {
    put(database, key, std::as_bytes(std::span(text)));
}

std::optional<std::vector<std::byte>> get(Database& database, std::string_view key) {
    Statement found(database, "SELECT value, crc FROM study WHERE key = ?");
    found.bind(key);
    if (!found.step() || found.integer(1) != checksum(key, found.bytes(0))) return std::nullopt;
    const auto value = found.bytes(0);
    return std::vector(value.begin(), value.end());
}

std::string get_text(Database& database, std::string_view key) {
    const auto bytes = get(database, key);
    if (!bytes)
        database.refuse_damage(fmt::format("the study's {} does not fit its checksum", key));
    return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

}  // namespace

void write_study(Database& database, const StudyEntries& study) {
    put(database, "config", study.config);
    put(database, "version", study.version);
}

StudyEntries read_study(Database& database) {
    return {get_text(database, "config"), get_text(database, "version")};
}

void write_progress(Database& database, const StoreProgress& progress) {
    ByteWriter record;
    encode(progress, record);
    put(database, "progress", record.bytes());
}

std::optional<StoreProgress> read_progress(Database& database) {
    const auto record = get(database, "progress");
    return record ? decode_progress(*record) : std::nullopt;
}

}  // namespace lockstep::sweep

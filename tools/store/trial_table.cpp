
#include "tools/store/trial_table.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include <lockstep/error.hpp>

namespace lockstep::sweep {
namespace {

constexpr int known_roles = 3;

DamagedRow damaged(const RowKey& key, const char* why) {
    const bool known = key.role >= 0 && key.role < known_roles;
    const char* const role = known ? name(static_cast<Role>(key.role)) : "of no role";
    return {key, fmt::format("trial {}, {}, stage {}: {}", key.trial, role, key.stage, why)};
}

RowKey key_at(const Statement& row) { return {row.integer(0), row.integer(1), row.integer(2)}; }

}  // namespace

TrialTable::TrialTable(Database& database, const std::string& name)
    : database_(database),
      name_(name),
      insert_row_(database, fmt::format("INSERT INTO {} VALUES (?, ?, ?, ?, ?)", name).c_str()),
      // A state may be left over from a row that was damaged.
      put_state_(database, "REPLACE INTO resume_state VALUES (?, ?, ?, ?, ?)"),
      get_state_(database,
                 "SELECT bytes, crc FROM resume_state WHERE trial = ? AND role = ? AND stage = ?") {
}

void TrialTable::insert(const TrialRow& row) {
    const RowKey key = key_of(row);
    std::int64_t state_checksum = 0;
    if (!row.state_bytes.empty()) {
        const std::span<const std::byte> state(row.state_bytes);
        state_checksum = checksum(key, state);
        put_state_.run(key.trial, key.role, key.stage, state, state_checksum);
    }
    record_.clear();
    encode(row, state_checksum, record_);
    insert_row_.run(key.trial, key.role, key.stage, record_.bytes(),
                    checksum(key, record_.bytes()));
}

std::vector<DamagedRow> TrialTable::read(const std::function<void(TrialRow&&)>& each) {
    std::vector<DamagedRow> bad;
    std::optional<RowKey> before;
    Statement row(database_, fmt::format("SELECT trial, role, stage, record, crc FROM {} "
                                         "ORDER BY trial, role, stage",
                                         name_)
                                 .c_str());
    while (row.step()) {
        const RowKey key = key_at(row);
        if (before && key <= *before) database_.refuse_damage("rows are out of order");
        before = key;
        TrialRow found;
        if (const char* const why = take(key, row, found)) {
            bad.push_back(damaged(key, why));
        } else {
            each(std::move(found));
        }
    }
    return bad;
}

const char* TrialTable::take(const RowKey& key, const Statement& row, TrialRow& to) {
    const auto record = row.bytes(3);
    if (row.integer(4) != checksum(key, record)) return "the record does not fit its checksum";
    std::optional<Decoded> decoded = decode(key, record);
    if (!decoded) return "the record cannot be read";
    to = std::move(decoded->row);
    return decoded->state_size == 0 ? nullptr : take_state(key, *decoded, to);
}

const char* TrialTable::take_state(const RowKey& key, const Decoded& decoded, TrialRow& to) {
    get_state_.bind(key.trial, key.role, key.stage);
    if (!get_state_.step()) return "its state is missing";
    const auto bytes = get_state_.bytes(0);
    to.state_bytes.assign(bytes.begin(), bytes.end());
    const std::int64_t crc = get_state_.integer(1);
    get_state_.reset();
    if (crc != checksum(key, to.state_bytes)) return "its state does not fit its checksum";
    // An empty state was forgotten.
    const bool same = to.state_bytes.empty() || (to.state_bytes.size() == decoded.state_size &&
                                                 crc == decoded.state_checksum);
    return same ? nullptr : "its state is another row's";
}

void TrialTable::remove(const RowKey& key) {
    for (const std::string_view table : {std::string_view("resume_state"), std::string_view(name_)})
        change("DELETE FROM", table, key);
    if (database_.changes() != 1) database_.refuse_damage("a row is not where its key belongs");
}

void TrialTable::move(const RowKey& key, TrialTable& to) {
    change(fmt::format("REPLACE INTO {} SELECT * FROM", to.name_), name_, key);
    change("DELETE FROM", name_, key);
    if (database_.changes() != 1) database_.refuse_damage("a row is not where its key belongs");
}

void TrialTable::change(std::string_view action, std::string_view table, const RowKey& key) {
    const std::string sql =
        fmt::format("{} {} WHERE trial = ? AND role = ? AND stage = ?", action, table);
    Statement(database_, sql.c_str()).run(key.trial, key.role, key.stage);
}

void TrialTable::forget(const SpentStates& states) {
    std::vector<RowKey> keys;
    Statement found(database_,
                    "SELECT trial, role, stage FROM resume_state WHERE trial >= ? AND trial < ? "
                    "AND stage < ? AND length(bytes) > 0");
    found.bind(states.first, states.end, states.before_stage);
    while (found.step()) keys.push_back(key_at(found));
    // A row that has neither its state nor this mark counts as damaged.
    const std::span<const std::byte> nothing;
    for (const RowKey& key : keys)
        put_state_.run(key.trial, key.role, key.stage, nothing, checksum(key, nothing));
}

}  // namespace lockstep::sweep

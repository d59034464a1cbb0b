
#include "tools/store/schema.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <string_view>

#include <lockstep/error.hpp>

namespace lockstep::sweep {
namespace {

// By name. record.hpp and progress.hpp define what a record contains.
constexpr std::string_view tables[] = {
    "CREATE TABLE resume_state(trial INTEGER, role INTEGER, stage INTEGER, bytes BLOB, "
    "crc INTEGER, PRIMARY KEY(trial, role, stage)) WITHOUT ROWID",
    "CREATE TABLE set_aside(trial INTEGER, role INTEGER, stage INTEGER, record BLOB, crc INTEGER, "
    "PRIMARY KEY(trial, role, stage)) WITHOUT ROWID",
    "CREATE TABLE study(key TEXT PRIMARY KEY, value BLOB, crc INTEGER) WITHOUT ROWID",
    "CREATE TABLE trial(trial INTEGER, role INTEGER, stage INTEGER, record BLOB, crc INTEGER, "
    "PRIMARY KEY(trial, role, stage)) WITHOUT ROWID",
};

[[noreturn]] void refuse(const Database& database, const std::string& why) {
    throw ConfigError(fmt::format("'{}' {}. Name another store", database.path(), why));
}

bool has_our_tables(Database& database) {
    Statement found(database, "SELECT sql FROM sqlite_schema ORDER BY name");
    for (const std::string_view table : tables) {
        if (!found.step() || found.text(0) != table) return false;
    }
    return !found.step();
}

// A page that the disk cannot read is not damage, but SQLite reports both as findings of the check:
// "unable to get the page. error code=266".
int code_within(const std::string& words) {
    constexpr std::string_view before = "error code=";
    const std::size_t at = words.find(before);
    if (at == words.npos) return SQLITE_CORRUPT;
    int code = 0;
    std::from_chars(words.data() + at + before.size(), words.data() + words.size(), code);
    return code & 0xff;
}

}  // namespace

bool blank(Database& database) {
    const Transaction snapshot(database);  // another process may be creating it
    const std::int64_t application = database.number("PRAGMA application_id");
    const std::int64_t version = database.number("PRAGMA user_version");
    const std::int64_t things = database.number("SELECT count(*) FROM sqlite_schema");
    if (application == 0 && version == 0 && things == 0) return true;
    if (application != application_id) refuse(database, "is a database of another program");
    if (version != schema_version) {
        refuse(database, fmt::format("has schema version {}: this program knows version {}",
                                     version, schema_version));
    }
    if (!has_our_tables(database)) database.refuse_damage("its tables are not a store's");
    return false;
}

void make_tables(Database& database) {
    for (const std::string_view table : tables) database.run(std::string(table).c_str());
    database.run(fmt::format("PRAGMA application_id = {}", application_id).c_str());
    database.run(fmt::format("PRAGMA user_version = {}", schema_version).c_str());
}

void check_pages(Database& database) {
    Statement check(database, "PRAGMA quick_check(1)");
    if (check.step() && check.text(0) == "ok") return;
    const std::string words(check.text(0));
    database.fail(code_within(words), words);
}

}  // namespace lockstep::sweep

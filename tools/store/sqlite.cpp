#include <lockstep/tools/store/sqlite.hpp>

#include <fmt/format.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <lockstep/engine/error.hpp>

namespace lockstep::sweep {
namespace {

constexpr int busy_ms = 10'000;

// What the system said to the last call; 0 where it was not asked.
int system_error(sqlite3* handle, int code) {
    const int now = errno;
    if (code == SQLITE_FULL) return ENOSPC;
    if (code != SQLITE_CANTOPEN && code != SQLITE_IOERR) return 0;
    // SQLite keeps it, but not of what fails within a commit.
    const int kept = sqlite3_system_errno(handle);
    return kept != 0 ? kept : now;
}

}  // namespace

Database::Database(const std::string& path, int flags) : path_(path) {
    sqlite3* handle = nullptr;
    // One thread at a time uses it, so that SQLite need not lock.
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(handle);
    if (handle == nullptr) throw std::bad_alloc();
    if (code != SQLITE_OK) fail();
    sqlite3_busy_timeout(handle, busy_ms);
}

void Database::fail() const { fail(sqlite3_errcode(handle()), sqlite3_errmsg(handle())); }

void Database::fail(int code, std::string_view words) const {
    const int error = system_error(handle(), code);
    if (code == SQLITE_NOTADB) {
        throw ConfigError(fmt::format("'{}' is not a trial store: {}", path_, words));
    }
    if (code == SQLITE_CORRUPT) refuse_damage(words);
    // Only before the store has its log is there a journal to roll back, and that takes a writer.
    if (sqlite3_extended_errcode(handle()) == SQLITE_READONLY_ROLLBACK) {
        throw ConfigError(
            fmt::format("'{}' is not a trial store: its making was cut short", path_));
    }
    if (code == SQLITE_CANTOPEN && error == ENOENT) {
        throw ConfigError(fmt::format("there is no trial store '{}'", path_));
    }
    const std::string cause =
        error == 0 ? "" : fmt::format(": {} (errno {})", std::strerror(error), error);
    throw std::runtime_error(fmt::format("'{}': {}{}", path_, words, cause));
}

void Database::refuse_damage(std::string_view what) const {
    throw ConfigError(
        fmt::format("'{}' is damaged: {}. Bring back a copy, or name another store", path_, what));
}

void Database::run(const char* sql) {
    if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

std::int64_t Database::number(const char* sql) {
    Statement query(*this, sql);
    return query.step() ? query.integer(0) : 0;
}

Statement::Statement(Database& database, const char* sql) : database_(database) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
    statement_.reset(statement);
    if (code != SQLITE_OK) database.fail();
}

bool Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (sqlite3_reset(statement_.get()) != SQLITE_OK) database_.fail();
    assert(code == SQLITE_DONE);
    return false;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::span<const std::byte> Statement::bytes(int column) const {
    const void* const data = sqlite3_column_blob(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return {static_cast<const std::byte*>(data), static_cast<std::size_t>(size)};
}

std::string_view Statement::text(int column) const {
    const auto raw = bytes(column);
    return {reinterpret_cast<const char*>(raw.data()), raw.size()};
}

void Statement::put(int at, std::int64_t value) {
    if (sqlite3_bind_int64(statement_.get(), at, value) != SQLITE_OK) database_.fail();
}

void Statement::put(int at, std::span<const std::byte> value) {
    // A null pointer would bind NULL.
    const void* const data = value.empty() ? "" : static_cast<const void*>(value.data());
    if (sqlite3_bind_blob64(statement_.get(), at, data, value.size(), SQLITE_STATIC) != SQLITE_OK)
        database_.fail();
}

void Statement::put(int at, std::string_view value) {
    if (sqlite3_bind_text64(statement_.get(), at, value.data(), value.size(), SQLITE_STATIC,
                            SQLITE_UTF8) != SQLITE_OK)
        database_.fail();
}

}  // namespace lockstep::sweep

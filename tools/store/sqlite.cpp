
#include "tools/store/sqlite.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <lockstep/error.hpp>

namespace lockstep::sweep {
namespace {

constexpr int busy_ms = 10'000;

// The errno of the last call; 0 if it made no system call.
int system_error(sqlite3* handle, int code) {
    const int now = errno;
    if (code == SQLITE_FULL) return ENOSPC;
    if (code != SQLITE_CANTOPEN && code != SQLITE_IOERR) return 0;
    // SQLite keeps errno, but not for failures within a commit.
    const int kept = sqlite3_system_errno(handle);
    return kept != 0 ? kept : now;
}

// Percent-encodes a path for a URI (RFC 3986).
std::string percent_encoded(std::string_view path) {
    std::string encoded;
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("/._-~").find(c) != std::string_view::npos;
        encoded +=
            plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

// SQLite keeps the files that belong to a database next to the target of a link, not to the link.
std::string target_of(const std::string& path) {
    std::error_code error;
    const auto target = std::filesystem::weakly_canonical(path, error);
    return error ? path : target.string();
}

bool has_bytes(const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    return !error && size > 0;
}

bool has_log(const std::string& path) { return has_bytes(target_of(path) + "-wal"); }

// Changes when a file is written or replaced.
FileState file_state(const std::string& path) {
    struct stat found {};
    if (stat(path.c_str(), &found) != 0) return {};
    return {found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

}  // namespace

Database::Database(const std::string& path, int flags, const std::string& file) : path_(path) {
    sqlite3* handle = nullptr;
    // Only one thread at a time uses it, so SQLite need not lock.
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(handle);
    if (handle == nullptr) throw std::bad_alloc();
    if (code != SQLITE_OK) fail();
    sqlite3_busy_timeout(handle, busy_ms);
}

// An absolute path cannot be taken for a URI or a special name.
Database::Database(const std::string& path, int flags)
    : Database(path, flags, std::filesystem::absolute(path).string()) {}

Database Database::unchanging(const std::string& path) {
    const std::string absolute = std::filesystem::absolute(path).string();
    Database database(path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
                      "file://" + percent_encoded(absolute) + "?immutable=1");
    database.unchanging_ = file_state(path);
    return database;
}

void Database::check_unchanged() const {
    if (!unchanging_ || (file_state(path_) == *unchanging_ && !has_log(path_))) return;
    throw std::runtime_error(fmt::format("'{}' was written while it was read; try again", path_));
}

bool Database::readable() {
    const int code =
        sqlite3_exec(handle(), "SELECT 1 FROM sqlite_schema", nullptr, nullptr, nullptr);
    return (code != SQLITE_CANTOPEN && code != SQLITE_READONLY) ||
           sqlite3_extended_errcode(handle()) == SQLITE_READONLY_ROLLBACK;
}

void Database::fail() const { fail(sqlite3_errcode(handle()), sqlite3_errmsg(handle())); }

void Database::fail(int code, std::string_view words) const {
    const int error = system_error(handle(), code);
    if (code == SQLITE_NOTADB) {
        throw ConfigError(fmt::format("'{}' is not a trial store: {}", path_, words));
    }
    if (code == SQLITE_CORRUPT) refuse_damage(words);
    // A rollback journal exists only until the store has its log, and rolling back needs a writer.
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

Database open_to_read(const std::string& path) {
    Database database(path, SQLITE_OPEN_READONLY);
    if (database.readable()) return database;
    if (has_log(path)) {
        throw std::runtime_error(fmt::format(
            "'{0}': its newest rows are in '{1}-wal', which cannot be read where nothing may be "
            "written; copy both into a folder of your own, and read the copy",
            path, target_of(path)));
    }
    if (has_bytes(target_of(path) + "-journal")) return database;
    return Database::unchanging(path);
}

void remove_database(const std::string& path) {
    const std::string target = target_of(path);
    // The database first: without it, SQLite treats the other files as leftovers.
    for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
        std::error_code error;
        std::filesystem::remove(target + ending, error);
        if (error) {
            throw std::runtime_error(
                fmt::format("cannot remove '{}{}': {}", target, ending, error.message()));
        }
    }
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

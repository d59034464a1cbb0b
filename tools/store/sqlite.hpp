// SQLite's C interface, as objects that close themselves and errors that are thrown.
//
// Must not:  know what is stored.
// Invariant: every result code is looked at. Damage is a ConfigError; all else that fails is a
//            std::runtime_error with the path, SQLite's words and those of errno.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lockstep::sweep {

struct FileState {
    std::uint64_t number = 0;
    std::int64_t size = 0, seconds = 0, nanoseconds = 0;
    friend bool operator==(const FileState&, const FileState&) = default;
};

class Database {
public:
    // `flags` as of sqlite3_open_v2. Used by one thread at a time.
    Database(const std::string& path, int flags);
    // For reading a file that nobody writes: without locks, log and index, none of which can be
    // made where nothing may be written.
    static Database unchanging(const std::string& path);
    // Throws std::runtime_error where somebody wrote such a file after all.
    void check_unchanged() const;
    // Whether the file can be read where it lies, whatever is in it.
    bool readable();

    void run(const char* sql);
    // The number that a query gives.
    std::int64_t number(const char* sql);
    // Nothing can be done where it fails; closing rolls back as well.
    void roll_back() { sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr); }
    bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
    // Rows that the last statement changed.
    int changes() const { return sqlite3_changes(handle_.get()); }

    const std::string& path() const { return path_; }
    sqlite3* handle() const { return handle_.get(); }
    // Throws what the last call's code means.
    [[noreturn]] void fail() const;
    [[noreturn]] void fail(int code, std::string_view words) const;
    // Throws ConfigError.
    [[noreturn]] void refuse_damage(std::string_view what) const;

private:
    Database(const std::string& path, int flags, const std::string& file);

    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    std::string path_;
    std::unique_ptr<sqlite3, Close> handle_;
    std::optional<FileState> unchanging_;
};

// For reading, with what stands in its log; also where nothing may be written. Throws as fail()
// does, and std::runtime_error where the log cannot be read.
Database open_to_read(const std::string& path);

// With its log and its journal. Throws std::runtime_error.
void remove_database(const std::string& path);

// Parameters and columns count from 0. Bound bytes and texts must live until the step.
class Statement {
public:
    Statement(Database& database, const char* sql);

    template <class... Values>
    Statement& bind(const Values&... values) {
        int at = 0;
        (put(++at, values), ...);
        return *this;
    }
    // For those that give no rows.
    template <class... Values>
    void run(const Values&... values) {
        bind(values...).step();
    }
    // Whether there is another row; after the last one the statement is ready for the next run.
    bool step();
    void reset() { sqlite3_reset(statement_.get()); }

    std::int64_t integer(int column) const;
    // Valid until the next step.
    std::span<const std::byte> bytes(int column) const;
    std::string_view text(int column) const;

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    void put(int at, std::int64_t value);
    void put(int at, std::span<const std::byte> value);
    void put(int at, std::string_view value);

    Database& database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Undone unless committed.
class Transaction {
public:
    explicit Transaction(Database& database) : database_(database) { database_.run("BEGIN"); }
    ~Transaction() {
        if (database_.in_transaction()) database_.roll_back();
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit() { database_.run("COMMIT"); }

private:
    Database& database_;
};

}  // namespace lockstep::sweep

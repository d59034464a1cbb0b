// SQLite's C interface as objects that close themselves, with errors as exceptions.
//
// Must not:  know what is stored.
// Invariant: every result code is checked. Damage is a ConfigError; every other failure is a
//            std::runtime_error with the path, SQLite's message and that of errno.
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
    // `flags` are those of sqlite3_open_v2. For one thread at a time.
    Database(const std::string& path, int flags);
    // For reading a file that nobody writes: without locks, log and index, none of which can be
    // made where writing is not allowed.
    static Database unchanging(const std::string& path);
    // Throws std::runtime_error if such a file was written after all.
    void check_unchanged() const;
    // Whether the file can be read in place, whatever it contains.
    bool readable();

    void run(const char* sql);
    // The number that a query returns.
    std::int64_t number(const char* sql);
    // A failure can be ignored, since closing rolls back as well.
    void roll_back() { sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr); }
    bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
    // The number of rows that the last statement changed.
    int changes() const { return sqlite3_changes(handle_.get()); }

    const std::string& path() const { return path_; }
    sqlite3* handle() const { return handle_.get(); }
    // Throws the error of the last call.
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

// For reading, including what its log contains, even if writing is not allowed. Throws as fail()
// does, and std::runtime_error if the log cannot be read.
Database open_to_read(const std::string& path);

// Removes it with its log and its journal. Throws std::runtime_error.
void remove_database(const std::string& path);

// Parameters and columns are numbered from 0. Bound bytes and texts must live until the step.
class Statement {
public:
    Statement(Database& database, const char* sql);

    template <class... Values>
    Statement& bind(const Values&... values) {
        int at = 0;
        (put(++at, values), ...);
        return *this;
    }
    // For statements that return no rows.
    template <class... Values>
    void run(const Values&... values) {
        bind(values...).step();
    }
    // Whether there is another row; after the last one the statement can be run again.
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

// Rolled back unless committed.
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

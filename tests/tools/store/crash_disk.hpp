// A disk in memory under SQLite that can lose power: what was written since a file's last sync is
// kept, lost or torn, sector by sector.
//
// Must not:  know stores, or be used by more than one connection at a time: it has no locks.
// Invariant: what was synced survives; a file is created and deleted at once.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace lockstep::test {

using Bytes = std::vector<std::byte>;

// A write, or a truncation where `data` is empty.
struct Unsynced {
    std::size_t at = 0;
    Bytes data;
};

struct DiskFile {
    Bytes now, synced;
    std::vector<Unsynced> unsynced;
    std::vector<std::unique_ptr<std::byte[]>> shared;  // memory that connections share
};

class CrashDisk {
public:
    // SQLite's default file system while it lives.
    CrashDisk();
    ~CrashDisk();
    CrashDisk(const CrashDisk&) = delete;
    CrashDisk& operator=(const CrashDisk&) = delete;

    // The number of operations since the machine's start, including reads.
    std::int64_t operations() const { return operations_; }
    // Makes operation `at` (1: the next) fail with this errno, and all later ones too if `lasting`.
    void fail(std::int64_t at, int error, bool lasting);
    void heal() { failing_ = 0; }
    // Makes a disk that only claims to sync.
    void ignore_syncs() { ignores_syncs_ = true; }
    // Loses power and starts again.
    void crash(std::mt19937_64& random);

    std::map<std::string, Bytes> files() const;
    void set_files(const std::map<std::string, Bytes>& files);

    // For SQLite's calls: returns the errno of an operation that fails now, or 0.
    int next_operation();
    std::shared_ptr<DiskFile> find(const std::string& path, bool make);
    void erase(const std::string& path) { files_.erase(path); }
    void sync(DiskFile& file) const;

private:
    std::map<std::string, std::shared_ptr<DiskFile>> files_;
    std::int64_t operations_ = 0, failing_ = 0;  // failing_: number of the operation, 0: none
    int error_ = 0;
    bool lasting_ = false, ignores_syncs_ = false;
    std::unique_ptr<sqlite3_vfs> vfs_;
};

// Applies a write to a file.
void overwrite(Bytes& file, const Unsynced& change);

}  // namespace lockstep::test

// A disk in memory under SQLite that loses power: what was written since a file's last sync is
// kept, lost or torn, sector by sector.
//
// Must not:  know stores. One connection at a time may use it: it has no locks.
// Invariant: what was synced survives; a file is made and deleted at once.
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
    // SQLite's default while it lives.
    CrashDisk();
    ~CrashDisk();
    CrashDisk(const CrashDisk&) = delete;
    CrashDisk& operator=(const CrashDisk&) = delete;

    // What the machine is asked to do, reading included, from its start.
    std::int64_t operations() const { return operations_; }
    // Operation `at` (1: the next) fails, with this errno; all later ones too, if `lasting`.
    void fail(std::int64_t at, int error, bool lasting);
    void heal() { failing_ = 0; }
    // A disk that only says that it syncs.
    void ignore_syncs() { ignores_syncs_ = true; }
    // The power goes and comes back.
    void crash(std::mt19937_64& random);

    std::map<std::string, Bytes> files() const;
    void set_files(const std::map<std::string, Bytes>& files);

    // For SQLite's calls. The errno of what fails now, or 0.
    int next_operation();
    std::shared_ptr<DiskFile> find(const std::string& path, bool make);
    void erase(const std::string& path) { files_.erase(path); }
    void sync(DiskFile& file) const;

private:
    std::map<std::string, std::shared_ptr<DiskFile>> files_;
    std::int64_t operations_ = 0, failing_ = 0;  // failing_: which operation; 0: none
    int error_ = 0;
    bool lasting_ = false, ignores_syncs_ = false;
    std::unique_ptr<sqlite3_vfs> vfs_;
};

// What a write makes of a file.
void overwrite(Bytes& file, const Unsynced& change);

}  // namespace lockstep::test

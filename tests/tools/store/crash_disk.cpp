
#include "tests/tools/store/crash_disk.hpp"

#include <algorithm>
#include <cerrno>

#include "tests/tools/store/crash_vfs.hpp"

namespace lockstep::test {
namespace {

constexpr std::size_t sector = 512;

// The sectors of a write, each as its own write.
std::vector<Unsynced> sectors(const Unsynced& write) {
    std::vector<Unsynced> parts;
    for (std::size_t from = 0; from < write.data.size();) {
        const std::size_t at = write.at + from;
        const std::size_t count = std::min(sector - at % sector, write.data.size() - from);
        const auto first = write.data.begin() + static_cast<std::ptrdiff_t>(from);
        parts.push_back({at, Bytes(first, first + static_cast<std::ptrdiff_t>(count))});
        from += count;
    }
    if (write.data.empty()) parts.push_back(write);
    return parts;
}

// The file after a crash in which each sector was kept with this probability, or else torn or lost.
Bytes survivor(const DiskFile& file, double kept, std::mt19937_64& random) {
    std::uniform_real_distribution<double> unit;
    Bytes bytes = file.synced;
    for (const Unsynced& change : file.unsynced) {
        for (Unsynced part : sectors(change)) {
            if (unit(random) >= kept) continue;
            const bool torn = !part.data.empty() && unit(random) < 0.1;
            if (torn) part.data.resize(1 + random() % part.data.size());
            overwrite(bytes, part);
        }
    }
    return bytes;
}

}  // namespace

void overwrite(Bytes& file, const Unsynced& change) {
    if (change.data.empty()) {
        file.resize(std::min(file.size(), change.at));
        return;
    }
    file.resize(std::max(file.size(), change.at + change.data.size()));
    std::ranges::copy(change.data, file.begin() + static_cast<std::ptrdiff_t>(change.at));
}

CrashDisk::CrashDisk() : vfs_(make_vfs(*this)) { sqlite3_vfs_register(vfs_.get(), 1); }

CrashDisk::~CrashDisk() { sqlite3_vfs_unregister(vfs_.get()); }

void CrashDisk::fail(std::int64_t at, int error, bool lasting) {
    failing_ = operations_ + at;
    error_ = error;
    lasting_ = lasting;
}

int CrashDisk::next_operation() {
    ++operations_;
    const bool fails =
        failing_ != 0 && (lasting_ ? operations_ >= failing_ : operations_ == failing_);
    if (fails) errno = error_;
    return fails ? error_ : 0;
}

std::shared_ptr<DiskFile> CrashDisk::find(const std::string& path, bool make) {
    const auto at = files_.find(path);
    if (at != files_.end()) return at->second;
    return make ? files_[path] = std::make_shared<DiskFile>() : nullptr;
}

void CrashDisk::sync(DiskFile& file) const {
    if (ignores_syncs_) return;
    file.synced = file.now;
    file.unsynced.clear();
}

void CrashDisk::crash(std::mt19937_64& random) {
    // Some crashes keep nearly everything, some nearly nothing.
    const double kept = std::uniform_real_distribution<double>(-0.2, 1.2)(random);
    for (auto& [path, file] : files_) {
        // Those who hold the old file hold a file of a machine that is gone.
        auto after = std::make_shared<DiskFile>();
        after->now = after->synced = survivor(*file, kept, random);
        file = after;
    }
    heal();
}

std::map<std::string, Bytes> CrashDisk::files() const {
    std::map<std::string, Bytes> copies;
    for (const auto& [path, file] : files_) copies[path] = file->now;
    return copies;
}

void CrashDisk::set_files(const std::map<std::string, Bytes>& files) {
    files_.clear();
    for (const auto& [path, bytes] : files) {
        files_[path] = std::make_shared<DiskFile>();
        files_[path]->now = files_[path]->synced = bytes;
    }
}

}  // namespace lockstep::test

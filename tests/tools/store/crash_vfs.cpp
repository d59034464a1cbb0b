
#include "tests/tools/store/crash_vfs.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

namespace lockstep::test {
namespace {

// SQLite allocates it; xOpen constructs the last two members.
struct Handle {
    sqlite3_file base;
    CrashDisk* disk;
    std::shared_ptr<DiskFile> file;
};

Handle& handle(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
CrashDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<CrashDisk*>(vfs->pAppData); }
sqlite3_vfs* system_vfs() { return sqlite3_vfs_find("unix"); }

int close_file(sqlite3_file* file) {
    handle(file).file.~shared_ptr();
    return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* to, int count, sqlite3_int64 from) {
    if (handle(file).disk->next_operation() != 0) return SQLITE_IOERR_READ;
    const Bytes& bytes = handle(file).file->now;
    const auto at = std::min(static_cast<std::size_t>(from), bytes.size());
    const auto wanted = static_cast<std::size_t>(count);
    const auto there = std::min(wanted, bytes.size() - at);
    std::memset(to, 0, wanted);
    if (there > 0) std::memcpy(to, bytes.data() + at, there);
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int count, sqlite3_int64 at) {
    const int error = handle(file).disk->next_operation();
    DiskFile& to = *handle(file).file;
    const auto* first = static_cast<const std::byte*>(from);
    // A full disk accepts a part of the write.
    const int taken = error == 0 ? count : error == ENOSPC ? count / 2 : 0;
    if (taken > 0) {
        to.unsynced.push_back({static_cast<std::size_t>(at), Bytes(first, first + taken)});
        overwrite(to.now, to.unsynced.back());
    }
    return error == 0 ? SQLITE_OK : error == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    if (handle(file).disk->next_operation() != 0) return SQLITE_IOERR_TRUNCATE;
    DiskFile& of = *handle(file).file;
    of.unsynced.push_back({static_cast<std::size_t>(size), {}});
    overwrite(of.now, of.unsynced.back());
    return SQLITE_OK;
}

int sync_file(sqlite3_file* file, int) {
    if (handle(file).disk->next_operation() != 0) return SQLITE_IOERR_FSYNC;
    handle(file).disk->sync(*handle(file).file);
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(handle(file).file->now.size());
    return SQLITE_OK;
}

int lock(sqlite3_file*, int) { return SQLITE_OK; }
int check_lock(sqlite3_file*, int* locked) { return *locked = 0, SQLITE_OK; }
int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
    auto& shared = handle(file).file->shared;
    const auto at = static_cast<std::size_t>(region);
    *memory = nullptr;
    if (at >= shared.size() && extend == 0) return SQLITE_OK;
    if (handle(file).disk->next_operation() != 0) return SQLITE_IOERR_SHMSIZE;
    while (shared.size() <= at)
        shared.push_back(std::make_unique<std::byte[]>(static_cast<std::size_t>(size)));
    *memory = shared[at].get();
    return SQLITE_OK;
}

int lock_shared(sqlite3_file*, int, int, int) { return SQLITE_OK; }
void barrier(sqlite3_file*) {}
int unmap_shared(sqlite3_file* file, int) { return handle(file).file->shared.clear(), SQLITE_OK; }

constexpr sqlite3_io_methods methods = {
    2,           close_file, read_file,    write_file, truncate_file, sync_file,       file_size,
    lock,        lock,       check_lock,   control,    sector_size,   characteristics, map_shared,
    lock_shared, barrier,    unmap_shared, nullptr,    nullptr};

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    CrashDisk& disk = disk_of(vfs);
    file->pMethods = nullptr;
    if (disk.next_operation() != 0) return SQLITE_CANTOPEN;
    // A file without a path is temporary.
    auto found = path == nullptr ? std::make_shared<DiskFile>()
                                 : disk.find(path, (flags & SQLITE_OPEN_CREATE) != 0);
    if (found == nullptr) return SQLITE_CANTOPEN;
    handle(file).disk = &disk;
    new (&handle(file).file) std::shared_ptr<DiskFile>(std::move(found));
    file->pMethods = &methods;
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int) {
    if (disk_of(vfs).next_operation() != 0) return SQLITE_IOERR_DELETE;
    disk_of(vfs).erase(path);
    return SQLITE_OK;
}

int access_file(sqlite3_vfs* vfs, const char* path, int, int* there) {
    const auto file = disk_of(vfs).find(path, false);
    *there = file != nullptr;
    return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int size, char* to) {
    sqlite3_snprintf(size, to, "%s", path);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int size, char* to) {
    return system_vfs()->xRandomness(system_vfs(), size, to);
}
int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
int current_time(sqlite3_vfs*, double* days) {
    return system_vfs()->xCurrentTime(system_vfs(), days);
}
int last_error(sqlite3_vfs*, int, char*) { return errno; }

}  // namespace

std::unique_ptr<sqlite3_vfs> make_vfs(CrashDisk& disk) {
    auto vfs = std::make_unique<sqlite3_vfs>();
    vfs->iVersion = 1;
    vfs->szOsFile = sizeof(Handle);
    vfs->mxPathname = system_vfs()->mxPathname;
    vfs->zName = "crash";
    vfs->pAppData = &disk;
    vfs->xOpen = open_file;
    vfs->xDelete = delete_file;
    vfs->xAccess = access_file;
    vfs->xFullPathname = full_path;
    vfs->xRandomness = randomness;
    vfs->xSleep = sleep;
    vfs->xCurrentTime = current_time;
    vfs->xGetLastError = last_error;
    return vfs;
}

}  // namespace lockstep::test

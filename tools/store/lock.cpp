#include <lockstep/tools/store/lock.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <stdexcept>

#include <lockstep/engine/error.hpp>

namespace lockstep::sweep {
namespace {

// The same for every name that leads to the store.
std::string lock_path(const std::string& store) {
    return std::filesystem::weakly_canonical(store).string() + ".lock";
}

std::string holder_text() {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    return fmt::format("process {} on {} since {}-{:02}-{:02} {:02}:{:02}:{:02} UTC", getpid(),
                       host.data(), 1900 + utc.tm_year, 1 + utc.tm_mon, utc.tm_mday, utc.tm_hour,
                       utc.tm_min, utc.tm_sec);
}

std::string read_text(int file) {
    std::array<char, 512> text{};
    const ssize_t count = pread(file, text.data(), text.size(), 0);
    // The other one may be just about to write it.
    return count <= 0 ? "another process"
                      : std::string(text.data(), static_cast<std::size_t>(count));
}

bool write_text(int file, const std::string& text) {
    const auto size = static_cast<ssize_t>(text.size());
    return pwrite(file, text.data(), text.size(), 0) == size && ftruncate(file, size) == 0;
}

}  // namespace

WriterLock::WriterLock(const std::string& store) {
    const std::string path = lock_path(store);
    file_.number = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    const bool locked = file_.number >= 0 && flock(file_.number, LOCK_EX | LOCK_NB) == 0;
    if (!locked && file_.number >= 0 && errno == EWOULDBLOCK) {
        throw ConfigError(fmt::format("'{}' is being written by {}; wait for it, or end it", store,
                                      read_text(file_.number)));
    }
    if (!locked || !write_text(file_.number, holder_text())) {
        throw std::runtime_error(
            fmt::format("cannot lock '{}': {} (errno {})", path, std::strerror(errno), errno));
    }
}

WriterLock::File::~File() {
    if (number >= 0) close(number);
}

}  // namespace lockstep::sweep

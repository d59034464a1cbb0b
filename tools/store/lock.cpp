#include <lockstep/tools/store/lock.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <regex>
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
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(0, count))};
}

bool write_text(int file, const std::string& text) {
    const auto size = static_cast<ssize_t>(text.size());
    return pwrite(file, text.data(), text.size(), 0) == size && ftruncate(file, size) == 0;
}

}  // namespace

bool is_lock_text(std::string_view text) {
    static const std::regex written(
        R"(process \d+ on [^\n]* since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC)");
    // A longer text may have been there before, and the process be killed before it was cut.
    constexpr auto from_its_beginning = std::regex_constants::match_continuous;
    return text.empty() || std::regex_search(text.begin(), text.end(), written, from_its_beginning);
}

WriterLock::WriterLock(const std::string& store) {
    const std::string path = lock_path(store);
    file_.number = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    const bool locked = file_.number >= 0 && flock(file_.number, LOCK_EX | LOCK_NB) == 0;
    if (!locked && file_.number >= 0 && errno == EWOULDBLOCK) {
        // Which may be just about to write who it is.
        const std::string holder = read_text(file_.number);
        throw ConfigError(fmt::format("'{}' is being written by {}; wait for it, or end it", store,
                                      holder.empty() ? "another process" : holder));
    }
    if (locked && !is_lock_text(read_text(file_.number)))
        throw ConfigError(fmt::format("'{}' is there and is not the lock of a store", path));
    if (!locked || !write_text(file_.number, holder_text())) {
        throw std::runtime_error(
            fmt::format("cannot lock '{}': {} (errno {})", path, std::strerror(errno), errno));
    }
}

WriterLock::File::~File() {
    if (number >= 0) close(number);
}

}  // namespace lockstep::sweep

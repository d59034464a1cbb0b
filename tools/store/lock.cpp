
#include "tools/store/lock.hpp"

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
#include <stdexcept>
#include <string_view>

#include <lockstep/error.hpp>

namespace lockstep::sweep {
namespace {

// The same path for every name that leads to the store.
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

// Whether the text begins like `shape`, in which a 0 stands for any digit.
bool is_shaped(std::string_view text, std::string_view shape) {
    const auto fits = [](char c, char wanted) {
        return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
    };
    return text.size() >= shape.size() &&
           std::equal(shape.begin(), shape.end(), text.begin(),
                      [&](char wanted, char c) { return fits(c, wanted); });
}

}  // namespace

bool is_lock_text(std::string_view text) {
    if (text.empty()) return true;
    constexpr std::string_view begin = "process ", on = " on ", since = " since ";
    if (!text.starts_with(begin)) return false;
    text.remove_prefix(begin.size());
    const std::size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == text.npos || !text.substr(digits).starts_with(on)) return false;
    // An earlier longer text may be left behind, if the process was killed before truncating it.
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t time = line.find(since);
    return time != line.npos &&
           is_shaped(line.substr(time + since.size()), "0000-00-00 00:00:00 UTC");
}

WriterLock::WriterLock(const std::string& store) {
    const std::string path = lock_path(store);
    file_.number = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    const bool locked = file_.number >= 0 && flock(file_.number, LOCK_EX | LOCK_NB) == 0;
    if (!locked && file_.number >= 0 && errno == EWOULDBLOCK) {
        // The holder may not have written its line yet.
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

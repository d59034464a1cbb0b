
#include "tools/text/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "tools/command_line/interrupt.hpp"

namespace lockstep {
namespace {

namespace fs = std::filesystem;

// The target of a path that may be a link, so that the link is kept.
std::string target_of(const std::string& path) {
    std::error_code error;
    const fs::path target = fs::canonical(path, error);
    return error ? path : target.string();
}

// Gives the new file the rights and owner of the old one, as far as this process may.
bool take_rights(int file, const std::string& target) {
    struct stat old {};
    if (stat(target.c_str(), &old) != 0) return true;
    [[maybe_unused]] const int kept = fchown(file, old.st_uid, old.st_gid);
    return fchmod(file, old.st_mode & 0777) == 0;
}

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = write(file, text.data(), text.size());
        if (count < 0 && errno != EINTR) return false;
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(0, count)));
    }
    return fsync(file) == 0;
}

// A file under a name that did not exist.
class NewFile {
public:
    explicit NewFile(const std::string& beside) {
        for (int number = 0; file_ < 0 && (number == 0 || errno == EEXIST); ++number) {
            path_ = fmt::format("{}.{}.{}.tmp", beside, getpid(), number);
            file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        }
    }
    ~NewFile() {
        if (file_ < 0) return;
        const int error = errno;
        close(file_);
        if (!kept_) unlink(path_.c_str());
        errno = error;
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    bool become(const std::string& target, std::string_view text) {
        kept_ = file_ >= 0 && take_rights(file_, target) && write_all(file_, text) &&
                std::rename(path_.c_str(), target.c_str()) == 0;
        return kept_;
    }

private:
    std::string path_;
    int file_ = -1;
    bool kept_ = false;
};

}  // namespace

void print_json(const Json& document) {
    // The user's text can be in any encoding; JSON is UTF-8.
    fmt::print("{}\n", document.dump({.indent = 2, .replace = true}));
}

void tell(std::string_view line) {
    // A reader of standard error that has gone must not end the process either.
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    const std::string text = fmt::format("lockstep: {}\n", line);
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
    std::signal(SIGPIPE, before);
}

void write_file(const std::string& path, std::string_view text) {
    const HoldInterrupts hold;
    const std::string target = target_of(path);
    if (NewFile(target).become(target, text)) return;
    throw std::runtime_error(fmt::format("cannot write '{}': {}", path, std::strerror(errno)));
}

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, 1, ',');
    return digits;
}

}  // namespace lockstep

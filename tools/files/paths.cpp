
#include "tools/files/paths.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace lockstep {
namespace {

namespace fs = std::filesystem;

// A file being written has an ending like ".4194304.0.tmp".
constexpr std::size_t longest_ending = 16;

std::optional<struct stat> status(const std::string& path) {
    struct stat found {};
    if (stat(path.c_str(), &found) != 0) return std::nullopt;
    return found;
}

bool same(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

std::string canonical(const std::string& path) {
    std::error_code error;
    const fs::path found = fs::weakly_canonical(fs::absolute(path, error), error);
    return error ? path : found.string();
}

bool same_file(const std::string& a, const std::string& b) {
    const auto first = status(a), second = status(b);
    if (first && second && same(*first, *second)) return true;
    return canonical(a) == canonical(b);
}

// Standard output and the like may be files, too.
bool is_open_as(int descriptor, const std::string& path) {
    struct stat opened {};
    if (fstat(descriptor, &opened) != 0 || !S_ISREG(opened.st_mode)) return false;
    const auto found = status(path);
    return found && same(opened, *found);
}

// Why a file cannot be created or replaced there, whatever it contains; "" if it can.
std::string obstacle_there(const std::string& path) {
    struct stat link {};
    const bool is_link = lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
    const auto found = status(path);
    const int error = errno;
    if (!found && is_link) return " is a link to nothing";
    if (!found) return error == ENOENT ? std::string() : std::string(": ") + std::strerror(error);
    if (!S_ISREG(found->st_mode)) return " is there and is not a file";
    // Root may write everywhere, but a file without any write permission is meant to stay.
    const bool taken = (found->st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0;
    return taken || access(path.c_str(), W_OK) != 0 ? " is write-protected" : "";
}

std::string obstacle(const std::string& path) {
    if (path.empty()) return ": expected the name of a file";
    const std::string parent = fs::path(path).parent_path().string();
    const fs::path target = canonical(path);
    std::error_code ignored;
    if (!fs::is_directory(parent.empty() ? "." : parent, ignored))
        return fmt::format(": there is no folder '{}'", parent);
    if (std::string found = obstacle_there(path); !found.empty()) return found;
    if (path.ends_with('/')) return " is the name of a folder";
    if (target.filename().string().size() + longest_ending > NAME_MAX)
        return ": the name is too long";
    const std::string folder = target.parent_path().string();
    if (access(folder.c_str(), W_OK) == 0) return "";
    return fmt::format(": cannot write in '{}': {}", folder, std::strerror(errno));
}

}  // namespace

std::string named(std::string_view option, const std::string& path) {
    return fmt::format("{} = '{}'", option, path);
}

void Paths::reads(std::string words, const std::string& path) {
    inputs_.push_back({std::move(words), path});
}

void Paths::reads_if_there(std::string_view setting, const std::string& value) {
    if (!value.empty() && status(value)) reads(named(setting, value), value);
}

void Paths::writes(std::string words, const std::string& path, std::string kind, Judge judge,
                   bool force) {
    outputs_.push_back({{std::move(words), path}, std::move(kind), std::move(judge), force});
}

void Paths::check(Faults& faults) const {
    for (auto output = outputs_.begin(); output != outputs_.end(); ++output) {
        const auto earlier = std::find_if(outputs_.begin(), output, [&](const Output& other) {
            return same_file(other.path, output->path);
        });
        const std::string found =
            earlier == output
                ? fault(*output)
                : fmt::format(" is the same file as {}: both are written", earlier->words);
        if (!found.empty()) faults.add(output->words + found);
    }
}

std::string Paths::fault(const Output& output) const {
    for (const Entry& input : inputs_) {
        if (same_file(input.path, output.path))
            return fmt::format(" is the same file as {}: what is read is not written over",
                               input.words);
    }
    if (is_open_as(STDOUT_FILENO, output.path)) return " is standard output";
    if (is_open_as(STDERR_FILENO, output.path)) return " is standard error";
    if (std::string found = obstacle(output.path); !found.empty()) return found;
    const auto there = status(output.path);
    if (!there || there->st_size == 0) return "";
    const Found found = output.judge(output.path);
    if (found.whose == Found::ours || (found.whose == Found::replaceable && output.force))
        return "";
    if (found.whose == Found::replaceable)
        return fmt::format(" {}: name another file, or replace it with --force",
                           found.what.empty() ? "is there" : found.what);
    return fmt::format(" {}: it is not replaced, not even with --force",
                       found.what.empty() ? "is there and is not " + output.kind : found.what);
}

std::string first_bytes(const std::string& path, std::size_t count) {
    std::string bytes(count, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(bytes.data(), static_cast<std::streamsize>(count));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
    return bytes;
}

std::string bytes_behind(std::string_view head, const std::string& path) {
    if (first_bytes(path, head.size()) != head) return {};
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace lockstep

#include <lockstep/tools/output.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include <lockstep/engine/error.hpp>
#include <lockstep/tools/interrupt.hpp>

namespace lockstep {
namespace {

bool write_new(const std::string& path, std::string_view text) {
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "wbx"));
    return file && std::fwrite(text.data(), 1, text.size(), file.get()) == text.size() &&
           std::fflush(file.get()) == 0 && fsync(fileno(file.get())) == 0;
}

}  // namespace

void print_json(const Json& document) {
    // The user's words come in any encoding; JSON is UTF-8.
    fmt::print("{}\n", document.dump(2, ' ', false, Json::error_handler_t::replace));
}

void check_writable(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    const fs::path parent = fs::path(path).parent_path();
    const fs::path folder = parent.empty() ? "." : parent;
    const fs::file_status there = fs::status(path, ignored);
    if (!fs::is_directory(folder, ignored)) {
        throw ConfigError(fmt::format("'{}': there is no folder '{}'", path, folder.string()));
    }
    if (fs::exists(there) && !fs::is_regular_file(there)) {
        throw ConfigError(fmt::format("'{}' is there and is not a file", path));
    }
    if (access(folder.c_str(), W_OK) != 0) {
        throw ConfigError(fmt::format("'{}': cannot write in '{}'", path, folder.string()));
    }
}

void write_file(const std::string& path, std::string_view text) {
    const HoldInterrupts hold;
    const std::string temporary = fmt::format("{}.{}.tmp", path, getpid());
    if (write_new(temporary, text) && std::rename(temporary.c_str(), path.c_str()) == 0) return;
    const int error = errno;
    std::remove(temporary.c_str());
    throw std::runtime_error(fmt::format("cannot write '{}': {}", path, std::strerror(error)));
}

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, 1, ',');
    return digits;
}

}  // namespace lockstep

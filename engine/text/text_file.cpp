
#include "engine/text/text_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <vector>

#include <lockstep/error.hpp>

namespace lockstep {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

struct OtherEncoding {
    const char* name;
    std::string_view mark;
};
// Of two marks that begin alike, the longer one comes first.
constexpr OtherEncoding other_encodings[] = {{"UTF-32", {"\xFF\xFE\0\0", 4}},
                                             {"UTF-32", {"\0\0\xFE\xFF", 4}},
                                             {"UTF-16", "\xFF\xFE"},
                                             {"UTF-16", "\xFE\xFF"}};

struct File {
    explicit File(const std::string& path) : number(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~File() {
        if (number >= 0) close(number);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    const int number;
};

std::string reason(int error) {
    if (error == ENOENT || error == ENOTDIR) return "there is no such file";
    if (error == EISDIR) return "is not a file";
    return std::string("cannot be read: ") + std::strerror(error);
}

// Up to the end, or to a chunk with a zero byte: data with one is not text, and may have no end.
std::string read_bytes(const std::string& path, const std::string& where) {
    const File file(path);
    std::string bytes;
    std::vector<char> chunk(std::size_t{1} << 16);
    while (bytes.find('\0', bytes.size() - std::min(bytes.size(), chunk.size())) ==
           std::string::npos) {
        const ssize_t count = file.number < 0 ? -1 : read(file.number, chunk.data(), chunk.size());
        if (count < 0 && file.number >= 0 && errno == EINTR) continue;
        if (count < 0) throw ConfigError(where + ": " + reason(errno));
        if (count == 0) break;
        bytes.append(chunk.data(), static_cast<std::size_t>(count));
    }
    return bytes;
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::string hexadecimal(std::uint32_t number, int min_digits, std::string_view digits) {
    std::string text;
    for (; number > 0 || static_cast<int>(text.size()) < min_digits; number /= 16)
        text.insert(text.begin(), digits[number % 16]);
    return text;
}

struct Character {
    std::uint32_t code = 0;
    bool valid = false;
};

// The first character of a text that is not empty.
Character decode(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) return {first, true};
    const auto length = static_cast<std::size_t>(std::countl_one(first));
    if (length < 2 || length > 4 || text.size() < length) return {};
    std::uint32_t code = first & (0x7FU >> length);
    for (const char c : text.substr(1, length - 1)) {
        if (!continues(c)) return {};
        code = code << 6U | (static_cast<unsigned char>(c) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return {code, code >= least[length] && code <= 0x10FFFF && !surrogate};
}

}  // namespace

std::string read_text_file(const std::string& path, const std::string& where) {
    return normalized_text(read_bytes(path, where), path);
}

std::string normalized_text(std::string bytes, const std::string& path) {
    for (const OtherEncoding& other : other_encodings) {
        if (bytes.starts_with(other.mark))
            throw ConfigError(path + ":1:1: " + other.name + ": expected UTF-8 text");
    }
    if (bytes.starts_with(byte_order_mark)) bytes.erase(0, byte_order_mark.size());
    if (const std::size_t zero = bytes.find('\0'); zero != std::string::npos)
        throw ConfigError(text_place(path, bytes, zero) + ": U+0000: expected UTF-8 text");
    std::size_t kept = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] == '\r' && (i + 1 == bytes.size() || bytes[i + 1] == '\n')) continue;
        bytes[kept++] = bytes[i];
    }
    bytes.resize(kept);
    return bytes;
}

std::string without_trailing_blanks(std::string_view text) {
    std::string kept;
    kept.reserve(text.size() + 1);
    std::size_t end = 0;  // of the last line that is not empty
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        kept += line.substr(0, line.find_last_not_of(" \t") + 1);
        kept += '\n';
        if (kept.size() > 1 && kept[kept.size() - 2] != '\n') end = kept.size();
    }
    kept.resize(end);
    return kept;
}

std::string text_place(const std::string& path, std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::string_view left = before.substr(before.rfind('\n') + 1);
    const auto column =
        1 + left.size() -
        static_cast<std::size_t>(std::count_if(left.begin(), left.end(), continues));
    return path + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string character_name(std::string_view text) {
    constexpr std::string_view lower = "0123456789abcdef", upper = "0123456789ABCDEF";
    if (text.empty()) return "the end";
    const Character first = decode(text);
    if (!first.valid) {
        return "byte 0x" + hexadecimal(static_cast<unsigned char>(text[0]), 2, lower);
    }
    if (first.code >= ' ' && first.code <= '~')
        return std::string("'") + static_cast<char>(first.code) + "'";
    return "U+" + hexadecimal(first.code, 4, upper);
}

std::string read_file(std::string_view name, const std::string& path) {
    const std::string where = std::string(name) + " = '" + path + "'";
    std::string text = without_trailing_blanks(read_text_file(path, where));
    if (text.empty()) throw ConfigError(where + ": is empty");
    return text;
}

}  // namespace lockstep

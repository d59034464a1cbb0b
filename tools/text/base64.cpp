
#include "tools/text/base64.hpp"

#include <algorithm>
#include <cstdint>

#include <lockstep/error.hpp>

namespace lockstep {
namespace {

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t group = 3, group_letters = 4;

}  // namespace

std::string encode_base64(std::span<const std::byte> bytes) {
    std::string text;
    text.reserve((bytes.size() + group - 1) / group * group_letters);
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(group, bytes.size()))) {
        std::uint32_t word = 0;
        for (std::size_t i = 0; i < group; ++i)
            word = word << 8U | (i < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i]) : 0);
        for (std::size_t i = 0; i < group_letters; ++i)
            text += i <= bytes.size() ? letters[word >> (18 - 6 * i) & 63U] : '=';
    }
    return text;
}

std::vector<std::byte> decode_base64(std::string_view text) {
    std::vector<std::byte> bytes;
    bytes.reserve(text.size() / group_letters * group);
    std::uint32_t word = 0, bits = 0;
    for (const char c : text.substr(0, text.find('='))) {
        const std::size_t letter = letters.find(c);
        if (letter == std::string_view::npos) throw ConfigError("not base64");
        word = word << 6U | static_cast<std::uint32_t>(letter);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(static_cast<std::byte>(word >> bits));
    }
    if (encode_base64(bytes) != text) throw ConfigError("not base64");
    return bytes;
}

}  // namespace lockstep

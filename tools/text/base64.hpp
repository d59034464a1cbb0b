// Bytes as text, six bits per letter (RFC 4648).
//
// Invariant: decode(encode(bytes)) == bytes, and every other text is refused.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

std::string encode_base64(std::span<const std::byte> bytes);

// Throws ConfigError.
std::vector<std::byte> decode_base64(std::string_view text);

}  // namespace lockstep

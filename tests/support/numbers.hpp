// Numbers in recordings, as other systems write them.
//
// Invariant: gives the nearest double, whatever the locale; a text that is not a number throws.
#pragma once

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lockstep::test {

template <class T>
T read_exactly(std::string_view text, std::string_view digits, auto how) {
    T value{};
    const char* const last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, value, how);
    if (error != std::errc() || end != last || digits.empty())
        throw std::invalid_argument("'" + std::string(text) + "' is not a number");
    return value;
}

// Decimal, or hexadecimal like "-0x1.8p-3".
inline double number_of(std::string_view text) {
    const bool negative = text.starts_with('-');
    const std::string_view digits = text.substr(negative ? 1 : 0);
    const bool hexadecimal = digits.starts_with("0x");
    const double value = hexadecimal
                             ? read_exactly<double>(text, digits.substr(2), std::chars_format::hex)
                             : read_exactly<double>(text, digits, std::chars_format::general);
    return negative ? -value : value;
}

// Decimal, or hexadecimal like "0x1f".
inline std::uint64_t whole_number_of(std::string_view text) {
    const bool hexadecimal = text.starts_with("0x");
    return read_exactly<std::uint64_t>(text, text.substr(hexadecimal ? 2 : 0),
                                       hexadecimal ? 16 : 10);
}

}  // namespace lockstep::test

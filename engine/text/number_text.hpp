// Numbers as text, and back.
//
// Must not:  depend on the host's locale, as std::strtod and streams do.
// Invariant: read_number(shortest(x)) is x, bit for bit.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

// The fewest digits that read back as the same value.
std::string shortest(double value);

// Empty if the text as a whole is not a number.
std::optional<double> read_number(std::string_view text);

}  // namespace lockstep

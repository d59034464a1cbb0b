// Numbers as text, and back.
//
// Must not:  depend on the host's locale: std::strtod, streams and their like do.
// Invariant: read_number(shortest(x)) is x, bit for bit.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

// The fewest digits that read as the value.
std::string shortest(double value);

// Nothing where the text is not a number from its beginning to its end.
std::optional<double> read_number(std::string_view text);

}  // namespace lockstep

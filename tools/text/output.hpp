// Where results go: one JSON document on standard output, or a file that is whole or absent; and
// where messages go.
//
// Must not:  know what a document says.
// Invariant: a file under its final name is complete; whatever fails leaves the old one as it was.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/text/json.hpp"

namespace lockstep {

void print_json(const Json& document);

// A line on standard error for people. Where nobody can read it, nothing happens.
void tell(std::string_view line);

// A link is followed, and a file that was there is replaced by one with its rights. Whether that
// may be, Paths tells before hours of work. Throws std::runtime_error.
void write_file(const std::string& path, std::string_view text);

// 1234567 as "1,234,567".
std::string grouped(std::int64_t number);

}  // namespace lockstep

// Where results go: one JSON document on standard output, or a file that is complete or absent; and
// where messages go.
//
// Must not:  know what a document contains.
// Invariant: a file under its final name is complete; any failure leaves the old file unchanged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/text/json.hpp"

namespace lockstep {

void print_json(const Json& document);

// Writes a line for people on standard error; a failure is ignored.
void tell(std::string_view line);

// Follows a link, and gives the new file the rights of the one that it replaces. Paths checks
// beforehand, before hours of work, whether that is allowed. Throws std::runtime_error.
void write_file(const std::string& path, std::string_view text);

// 1234567 as "1,234,567".
std::string grouped(std::int64_t number);

}  // namespace lockstep

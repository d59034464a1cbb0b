// Where results go: one JSON document on standard output, or a file that is whole or absent.
//
// Must not:  know what a document says.
// Invariant: a file under its final name is complete; whatever fails leaves the old one as it was.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <lockstep/tools/json.hpp>

namespace lockstep {

void print_json(const Json& document);

// Throws ConfigError where write_file could not succeed: to be asked before hours of work.
void check_writable(const std::string& path);
// Throws std::runtime_error.
void write_file(const std::string& path, std::string_view text);

// 1234567 as "1,234,567".
std::string grouped(std::int64_t number);

}  // namespace lockstep

// Numbers in the recordings of golden/rng: doubles in hex and as Python prints them.
#pragma once

#include <bit>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>

#include "engine/text/json.hpp"
#include "engine/text/text_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/numbers.hpp"

// Unlike other ranges not printed element by element, since it may have no elements.
template <>
struct Catch::StringMaker<lockstep::Json> {
    static std::string convert(const lockstep::Json& json) { return json.dump(); }
};

namespace lockstep::test {

inline Json recorded(const std::string& path) {
    return parse_json(read_text_file(LOCKSTEP_GOLDEN_DIR "/" + path));
}

inline std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

inline std::uint64_t recorded_bits(const Json& number) {
    return bits(number_of(number.get<std::string>()));
}

// Checks that draw() gives the doubles of the list in turn, bit for bit.
void check_doubles(const Json& list, auto&& draw) {
    REQUIRE_FALSE(list.empty());
    for (const Json& value : list) {
        const double drawn = draw();
        CHECK(bits(drawn) == recorded_bits(value.at("hex")));
        CHECK(bits(drawn) == recorded_bits(value.at("repr")));
    }
}

// Checks that draw() gives the values of the list in turn.
void check_values(const Json& list, auto&& draw) {
    REQUIRE_FALSE(list.empty());
    for (const Json& value : list) CHECK(draw() == value.get<decltype(draw())>());
}

}  // namespace lockstep::test

// Random inputs for tests. Every run prints a new seed; LOCKSTEP_TEST_SEED repeats one.
// LOCKSTEP_TEST_ROUNDS multiplies the number of inputs.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "tests/support/numbers.hpp"

namespace lockstep::test {

inline std::mt19937_64 seeded(const char* where, std::uint64_t seed) {
    std::printf("[seed %llu] %s\n", static_cast<unsigned long long>(seed), where);
    return std::mt19937_64(seed);
}

inline std::mt19937_64 random_numbers(const char* where) {
    const char* wanted = std::getenv("LOCKSTEP_TEST_SEED");
    return seeded(
        where, wanted != nullptr ? whole_number_of(wanted) : std::uint64_t{std::random_device{}()});
}

inline int rounds_of(int count) {
    const char* times = std::getenv("LOCKSTEP_TEST_ROUNDS");
    return times != nullptr ? count * static_cast<int>(whole_number_of(times)) : count;
}

}  // namespace lockstep::test

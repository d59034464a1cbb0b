// The options that every verb takes.
#pragma once

#include <cstdint>
#include <optional>

namespace lockstep {

struct Common {
    bool json = false;  // print one JSON document and nothing else
    std::optional<std::uint64_t> seed;
    int threads = 0;  // 0: one per core

    std::uint64_t seed_or_zero() const { return seed.value_or(0); }
};

}  // namespace lockstep

// A 64-bit hash of columns of numbers, for comparing runs bit for bit.
//
// Invariant: depends on the elements and their order alone, not on how calls divide them.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

namespace lockstep {

class Hash {
public:
    template <class T>
    void add(std::span<const T> elements) {
        for (const T& element : elements) {
            std::uint64_t bits = 0;
            std::memcpy(&bits, &element, sizeof element);
            mix(bits);
        }
    }
    void mix(std::uint64_t bits) {
        value_ = (value_ ^ bits) * 0x9E3779B97F4A7C15U;
        value_ ^= value_ >> 32;
    }
    std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0x243F6A8885A308D3U;
};

}  // namespace lockstep

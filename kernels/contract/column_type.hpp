// The element types of state and observation columns.
//
// Must not:  emit code: it is read on both sides of the border between flag sets.
#pragma once

#include <cstdint>

namespace lockstep {

// `real` has the precision of the environment, `f32` is a float in both.
enum class ColumnType : std::uint8_t { real, f32, i32, u32, bit };

// The types of a record's columns, in order.
struct ColumnTypes {
    const ColumnType* types;
    int count;

    constexpr const ColumnType* begin() const { return types; }
    constexpr const ColumnType* end() const { return types + count; }
    constexpr ColumnType operator[](int k) const { return types[k]; }
    // How many columns of bits, and of other types, are among the first `k`.
    constexpr int bits_before(int k) const {
        int bits = 0;
        for (int i = 0; i < k; ++i) bits += types[i] == ColumnType::bit ? 1 : 0;
        return bits;
    }
    constexpr int bits() const { return bits_before(count); }
    constexpr int words_before(int k) const { return k - bits_before(k); }
    constexpr int words() const { return count - bits(); }
};

constexpr bool all_real(const ColumnTypes& types) {
    for (const ColumnType type : types) {
        if (type != ColumnType::real) return false;
    }
    return true;
}

}  // namespace lockstep

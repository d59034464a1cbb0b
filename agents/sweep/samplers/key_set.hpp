// A set of numbers in a few bytes each.
//
// Must not:  know what they stand for.
// Invariant: at most half of the slots are in use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep::sweep {

class KeySet {
public:
    // Takes any number except the largest.
    void insert(std::uint64_t key) {
        if (2 * (size_ + 1) > slots_.size()) grow();
        std::uint64_t& slot = slots_[place(key)];
        if (slot == key) return;
        slot = key, ++size_;
    }
    bool contains(std::uint64_t key) const { return size_ > 0 && slots_[place(key)] == key; }
    void clear() { slots_.clear(), size_ = 0; }

private:
    static constexpr std::uint64_t empty = ~std::uint64_t{0};

    // Where the key is, or where it would be.
    std::size_t place(std::uint64_t key) const {
        std::uint64_t mixed = key * 0x9E3779B97F4A7C15U;  // 2^64 over the golden ratio
        mixed ^= mixed >> 32U;
        std::size_t at = mixed & (slots_.size() - 1);
        while (slots_[at] != empty && slots_[at] != key) at = (at + 1) & (slots_.size() - 1);
        return at;
    }
    void grow() {
        constexpr std::size_t least = 16;
        std::vector<std::uint64_t> old(slots_.empty() ? least : 2 * slots_.size(), empty);
        old.swap(slots_);
        for (const std::uint64_t key : old)
            if (key != empty) slots_[place(key)] = key;
    }

    std::vector<std::uint64_t> slots_;  // a power of two of them
    std::size_t size_ = 0;
};

}  // namespace lockstep::sweep

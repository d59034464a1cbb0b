// The lane functions that a kernel test uses, and the inputs it feeds them.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

#include "tests/kernels/lane_probe_table.hpp"

namespace lockstep::test {

inline constexpr std::size_t lanes = 16;

template <class T>
using Vector = std::array<T, lanes>;

inline const LaneProbe& probe_of(Isa isa) { return lane_probe_by_isa[isa]; }
// For the instruction set that LOCKSTEP_ISA names.
inline const LaneProbe& probe() { return probe_of(default_isa()); }
inline const LaneProbe& scalar_probe() { return probe_of(Isa::scalar); }

// Bits, with one pattern for every NaN: which NaN an operation returns is not promised.
template <class T>
std::uint64_t canonical(T value) {
    if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(value)) return 0x7FF8000000000000U;
    }
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    return bits;
}

template <class T>
const std::vector<T>& special_values() {
    using Limits = std::numeric_limits<T>;
    static const std::vector<T> values = [] {
        if constexpr (std::is_floating_point_v<T>) {
            std::vector<T> all{T(0),
                               T(0.5),
                               T(1),
                               T(1.5),
                               T(0.25),
                               T(0.7853981633974483),
                               T(1e4),
                               T(1e-20),
                               T(1048576),
                               T(16777217),
                               Limits::min(),
                               Limits::max(),
                               Limits::denorm_min(),
                               Limits::min() / 2,
                               Limits::epsilon(),
                               Limits::infinity(),
                               Limits::quiet_NaN(),
                               std::nextafter(T(1), T(0)),
                               std::nextafter(T(1), T(2))};
            for (std::size_t i = 0, n = all.size(); i < n; ++i) all.push_back(-all[i]);
            return all;
        } else {
            return std::vector<T>{T(0),
                                  T(1),
                                  T(2),
                                  T(255),
                                  T(65535),
                                  T(65536),
                                  Limits::max(),
                                  Limits::min(),
                                  T(Limits::max() / 2),
                                  T(Limits::max() / 2 + 1),
                                  T(~T(0))};
        }
    }();
    return values;
}

// A mix of special values, arbitrary bits, and everyday sizes.
template <class T>
Vector<T> random_vector(std::mt19937_64& random) {
    Vector<T> values{};
    for (T& value : values) {
        const std::uint64_t bits = random();
        switch (random() % 4) {
            case 0: {
                const auto& special = special_values<T>();
                value = special[bits % special.size()];
                break;
            }
            case 1:
                std::memcpy(&value, &bits, sizeof value);
                break;
            default:
                if constexpr (std::is_floating_point_v<T>) {
                    const T size = std::ldexp(T(1), static_cast<int>(random() % 24) - 12);
                    value = static_cast<T>(static_cast<double>(bits >> 11U) * 0x1p-52 - 1) * size;
                } else {
                    value = static_cast<T>(bits % 1000);
                }
        }
    }
    return values;
}

inline Vector<std::uint8_t> random_mask(std::mt19937_64& random) {
    static constexpr std::uint8_t truths[] = {1, 2, 128, 255};
    const std::uint64_t bits = random(), density = random() % 3;
    Vector<std::uint8_t> mask{};
    for (std::size_t i = 0; i < lanes; ++i) {
        const bool set = density == 0 ? true : density == 1 ? ((bits >> i) & 1U) != 0 : false;
        if (set) mask[i] = truths[random() % 4];
    }
    return mask;
}

}  // namespace lockstep::test

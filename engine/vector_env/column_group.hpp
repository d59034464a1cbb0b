// Columns of one VectorEnv that belong together, of any types: where each lies, and views of them.
//
// Must not:  own memory, or know what columns mean.
// Invariant: a view has one element per environment; a view of bits, one element per sixteen.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include <lockstep/detail/contract/column_type.hpp>
#include <lockstep/detail/lane/lane.hpp>
#include <lockstep/error.hpp>

#include "engine/memory/hash.hpp"
#include "engine/text/number_text.hpp"

namespace lockstep {

template <class Real>
class ColumnGroup {
public:
    // `bits` is null if bits lie in columns of words, as 0 and 1.
    ColumnGroup(const char* name, ColumnTypes types, Real* words, std::uint16_t* bits,
                std::int64_t stride, std::int64_t worlds)
        : name_(name),
          types_(types),
          words_(words),
          bits_(bits),
          stride_(stride),
          worlds_(worlds) {}

    // Column k of numbers of type T. Throws ConfigError if it does not exist or has another type.
    template <class T>
    std::span<const T> view(int k) const {
        ColumnType type = checked(k);
        if (type == ColumnType::bit && bits_ == nullptr) type = ColumnType::u32;
        if (type != type_of<T>()) throw ConfigError(place(k) + ": a column of " + type_name(type));
        return {first<T>(k), static_cast<std::size_t>(worlds_)};
    }
    // Column k of bits: environment i's is bit i % 16 of element i / 16.
    std::span<const std::uint16_t> bits(int k) const {
        if (checked(k) != ColumnType::bit || bits_ == nullptr)
            throw ConfigError(std::string(name_) + "_bits(" + std::to_string(k) +
                              "): a column of " + type_name(types_[k]));
        return {packed(k), static_cast<std::size_t>((worlds_ + lane_count - 1) / lane_count)};
    }

    double value(int k, std::int64_t world) const {
        switch (checked(k)) {
            case ColumnType::real:
                return static_cast<double>(first<Real>(k)[world]);
            case ColumnType::f32:
                return static_cast<double>(first<float>(k)[world]);
            case ColumnType::i32:
                return first<std::int32_t>(k)[world];
            case ColumnType::u32:
                return first<std::uint32_t>(k)[world];
            case ColumnType::bit:
                break;
        }
        if (bits_ == nullptr) return first<std::uint32_t>(k)[world];
        return packed(k)[world / lane_count] >> (world % lane_count) & 1;
    }
    // Throws ConfigError if a column of integers cannot hold the value.
    void check_value(int k, double value) const {
        const double low = types_[k] == ColumnType::i32 ? -0x1p31 : 0;
        const double high = types_[k] == ColumnType::i32   ? 0x1p31 - 1
                            : types_[k] == ColumnType::u32 ? 0x1p32 - 1
                                                           : 1;
        if (types_[k] == ColumnType::real || types_[k] == ColumnType::f32) return;
        if (value >= low && value <= high && value == std::floor(value)) return;
        throw ConfigError(place(k) + " = " + shortest(value) + ": allowed whole numbers from " +
                          shortest(low) + " to " + shortest(high));
    }
    // For a group whose bits lie in words, and a value that check_value() accepts.
    void set_value(int k, std::int64_t world, double value) const {
        switch (types_[k]) {
            case ColumnType::real:
                first<Real>(k)[world] = static_cast<Real>(value);
                break;
            case ColumnType::f32:
                first<float>(k)[world] = static_cast<float>(value);
                break;
            case ColumnType::i32:
                first<std::int32_t>(k)[world] = static_cast<std::int32_t>(value);
                break;
            case ColumnType::u32:
            case ColumnType::bit:
                first<std::uint32_t>(k)[world] = static_cast<std::uint32_t>(value);
                break;
        }
    }

    void add_column(Hash& hash, int k) const {
        switch (types_[k]) {
            case ColumnType::real:
                return hash.add(view<Real>(k));
            case ColumnType::f32:
                return hash.add(view<float>(k));
            case ColumnType::i32:
                return hash.add(view<std::int32_t>(k));
            case ColumnType::u32:
                return hash.add(view<std::uint32_t>(k));
            case ColumnType::bit:
                break;
        }
        return bits_ == nullptr ? hash.add(view<std::uint32_t>(k)) : hash.add(bits(k));
    }
    // Copies the chosen worlds (byte not 0) from `from`, a group of the same columns.
    void copy_worlds(const ColumnGroup& from, const std::uint8_t* chosen) const {
        for (int k = 0; k < types_.count; ++k) {
            if (types_[k] == ColumnType::bit && bits_ != nullptr) {
                copy_bits(from.packed(k), chosen, packed(k));
            } else if (types_[k] == ColumnType::real) {
                copy_column(from.template first<Real>(k), chosen, first<Real>(k));
            } else {
                copy_column(from.template first<std::uint32_t>(k), chosen, first<std::uint32_t>(k));
            }
        }
    }
    int size() const { return types_.count; }
    ColumnType type(int k) const { return checked(k); }
    bool same_memory(const ColumnGroup& other) const { return words_ == other.words_; }

private:
    void copy_column(const auto* from, const std::uint8_t* chosen, auto* to) const {
        for (std::int64_t i = 0; i < worlds_; ++i) {
            if (chosen[i] != 0) to[i] = from[i];
        }
    }
    void copy_bits(const std::uint16_t* from, const std::uint8_t* chosen, std::uint16_t* to) const {
        for (std::int64_t i = 0; i < worlds_; ++i) {
            const auto bit = static_cast<std::uint16_t>(1U << i % lane_count);
            std::uint16_t& word = to[i / lane_count];
            if (chosen[i] != 0)
                word = static_cast<std::uint16_t>((word & ~bit) | (from[i / lane_count] & bit));
        }
    }

    template <class T>
    static constexpr ColumnType type_of() {
        return std::is_same_v<T, Real>           ? ColumnType::real
               : std::is_same_v<T, float>        ? ColumnType::f32
               : std::is_same_v<T, std::int32_t> ? ColumnType::i32
                                                 : ColumnType::u32;
    }
    static std::string type_name(ColumnType type) {
        switch (type) {
            case ColumnType::real:
                return "real numbers";
            case ColumnType::f32:
                return "float";
            case ColumnType::i32:
                return "std::int32_t";
            case ColumnType::u32:
                return "std::uint32_t";
            case ColumnType::bit:
                break;
        }
        return "bits";
    }
    std::string place(int k) const { return std::string(name_) + "(" + std::to_string(k) + ")"; }
    ColumnType checked(int k) const {
        if (k >= 0 && k < types_.count) return types_[k];
        throw ConfigError(place(k) + ": allowed 0 to " + std::to_string(types_.count - 1));
    }
    template <class T>
    T* first(int k) const {
        const int slot = bits_ == nullptr ? k : types_.words_before(k);
        return reinterpret_cast<T*>(words_ + slot * stride_);
    }
    std::uint16_t* packed(int k) const {
        return bits_ + types_.bits_before(k) * (stride_ / lane_count);
    }

    const char* name_;
    ColumnTypes types_;
    Real* words_;
    std::uint16_t* bits_;
    std::int64_t stride_, worlds_;
};

}  // namespace lockstep

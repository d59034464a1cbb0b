// The lane functions of one instruction set as functions on arrays, for comparing instruction sets.
//
// Must not:  include anything that emits code: tables pass between units with different flags.
#pragma once

#include <cstdint>

#include <lockstep/detail/random/streams.hpp>
#include <lockstep/isa.hpp>

namespace lockstep::test {

// Arrays hold sixteen elements; a mask is sixteen bytes.
template <class T>
struct Unary {
    const char* name;
    void (*call)(const T* x, T* out);
};
template <class T>
struct Binary {
    const char* name;
    void (*call)(const T* x, const T* y, T* out);
};
template <class T>
struct Ternary {
    const char* name;
    void (*call)(const T* x, const T* y, const T* z, T* out);
};
template <class T>
struct Comparison {
    const char* name;
    void (*call)(const T* x, const T* y, std::uint8_t* out);
};

// The functions that all element types have.
template <class T>
struct LaneFunctions {
    Comparison<T> comparisons[6];
    void (*select)(const std::uint8_t* mask, const T* yes, const T* no, T* out);
    void (*min)(const T* x, const T* y, T* out);
    void (*max)(const T* x, const T* y, T* out);
    void (*clamp)(const T* x, const T* low, const T* high, T* out);
    void (*expand)(const std::uint8_t* mask, const T* from, const T* old, T* out);
    // Elements of `out` after the last selected lane may be overwritten, up to the sixteenth.
    void (*compress)(const std::uint8_t* mask, const T* from, T* out);
    void (*iota)(T* out);
    void (*broadcast)(T value, T* out);
};

template <class T>
struct RealFunctions {
    LaneFunctions<T> lanes;
    Unary<T> unary[17];  // ended by a null name
    Binary<T> binary[6];
    Ternary<T> ternary[2];
    void (*from_integer)(const std::int32_t* x, T* out);
    // `count` vectors of draws, one after another.
    void (*uniforms)(Key key, const std::uint32_t* counter0, const std::uint32_t* counter1,
                     int count, T* out);
    void (*normals)(Key key, const std::uint32_t* counter0, const std::uint32_t* counter1,
                    int count, T* out);
    // Transposes sixteen rows, and returns the sum of each.
    void (*with_rows)(const T (&from)[16][16], T (&turned)[16][16], T* sums);
};

template <class T>
struct IntegerFunctions {
    LaneFunctions<T> lanes;
    Unary<T> unary[12];
    Binary<T> binary[9];
};

struct MaskFunctions {
    Binary<std::uint8_t> binary[2];
    Unary<std::uint8_t> invert;
    std::uint32_t (*bits)(const std::uint8_t* mask);
    void (*from_bits)(std::uint32_t bits, std::uint8_t* out);
    void (*first)(std::int64_t count, std::uint8_t* out);
};

struct LaneProbe {
    const char* isa;
    RealFunctions<float> f32;
    RealFunctions<double> f64;
    IntegerFunctions<std::int32_t> i32;
    IntegerFunctions<std::uint32_t> u32;
    IntegerFunctions<std::uint64_t> u64;
    MaskFunctions masks;
    void (*threefry)(Key key, const std::uint32_t* counter0, const std::uint32_t* counter1,
                     std::uint32_t* first, std::uint32_t* second);
    // `count` vectors of the bits that are drawn two blocks at a time, each lane under its own key.
    void (*bits_of_keys)(const std::uint32_t* key0, const std::uint32_t* key1,
                         const std::uint32_t* counter0, const std::uint32_t* counter1, int count,
                         std::uint32_t* out);
    void (*scaled)(const std::uint32_t* word, std::uint32_t count, std::uint32_t* out);
};

}  // namespace lockstep::test

namespace lockstep {
extern const TablesByIsa<test::LaneProbe> lane_probe_by_isa;
}

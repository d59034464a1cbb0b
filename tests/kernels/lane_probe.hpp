// Builds the table of lane functions for the instruction set of the including translation unit.
//
// Must not:  be included by anything but the generated units (see tests/CMakeLists.txt).
// Invariant: everything emitted carries its instruction set in its type.
#pragma once

#include <lockstep/detail/random/rng.hpp>

#include "tests/kernels/lane_probe_table.hpp"

namespace lockstep::test {

template <class Isa, class T>
constexpr LaneFunctions<T> lane_functions() {
    using V = Vec<Isa, T>;
    using M = Mask<Isa>;
#define LOCKSTEP_COMPARISON(op)                                               \
    {                                                                         \
#op, [](const T* x, const T* y,                                       \
                std::uint8_t* out) { (V::load(x) op V::load(y)).store(out); } \
    }
    return {{LOCKSTEP_COMPARISON(<), LOCKSTEP_COMPARISON(<=), LOCKSTEP_COMPARISON(>),
             LOCKSTEP_COMPARISON(>=), LOCKSTEP_COMPARISON(==), LOCKSTEP_COMPARISON(!=)},
            [](const std::uint8_t* mask, const T* yes, const T* no, T* out) {
                select(M::load(mask), V::load(yes), V::load(no)).store(out);
            },
            [](const T* x, const T* y, T* out) { min(V::load(x), V::load(y)).store(out); },
            [](const T* x, const T* y, T* out) { max(V::load(x), V::load(y)).store(out); },
            [](const T* x, const T* low, const T* high, T* out) {
                clamp(V::load(x), V::load(low), V::load(high)).store(out);
            },
            [](const std::uint8_t* mask, const T* from, const T* old, T* out) {
                expand(M::load(mask), from, V::load(old)).store(out);
            },
            [](const std::uint8_t* mask, const T* from, T* out) {
                compress(M::load(mask), V::load(from), out);
            },
            [](T* out) { V::iota().store(out); },
            [](T value, T* out) { V(value).store(out); }};
#undef LOCKSTEP_COMPARISON
}

#define LOCKSTEP_UNARY(name, expression) \
    {                                    \
        name, [](const T* p, T* out) {   \
            const V x = V::load(p);      \
            V(expression).store(out);    \
        }                                \
    }
#define LOCKSTEP_BINARY_OPERATOR(op)                                                       \
    {                                                                                      \
#op, [](const T* x, const T* y, T* out) { (V::load(x) op V::load(y)).store(out); } \
    }
#define LOCKSTEP_TERNARY(function)                                                         \
    {                                                                                      \
#function, [](const T* x, const T* y, const T* z,                                  \
                      T* out) { function(V::load(x), V::load(y), V::load(z)).store(out); } \
    }

template <class Isa, class T>
void draw_uniforms(Key key, const std::uint32_t* counter0, const std::uint32_t* counter1, int count,
                   T* out) {
    using U = Vec<Isa, std::uint32_t>;
    Rng<Lanes<Isa, T>> rng(key, U::load(counter0), U::load(counter1));
    for (int i = 0; i < count; ++i) rng.uniform().store(out + i * lane_count);
}

template <class Isa, class T>
void draw_normals(Key key, const std::uint32_t* counter0, const std::uint32_t* counter1, int count,
                  T* out) {
    using U = Vec<Isa, std::uint32_t>;
    Rng<Lanes<Isa, T>> rng(key, U::load(counter0), U::load(counter1));
    for (int i = 0; i + 1 < count; i += 2) {
        const auto pair = rng.normals();
        pair.first.store(out + i * lane_count);
        pair.second.store(out + (i + 1) * lane_count);
    }
}

template <class Isa, class T>
void with_rows(const T (&from)[lane_count][lane_count], T (&turned)[lane_count][lane_count],
               T* sums) {
    Vec<Isa, T> rows[lane_count];
    for (int i = 0; i < lane_count; ++i) rows[i] = Vec<Isa, T>::load(from[i]);
    totals(rows).store(sums);
    transpose(rows);
    for (int i = 0; i < lane_count; ++i) rows[i].store(turned[i]);
}

template <class Isa, class T>
constexpr RealFunctions<T> real_functions() {
    using V = Vec<Isa, T>;
    RealFunctions<T> table{
        lane_functions<Isa, T>(),
        {LOCKSTEP_UNARY("negate", -x), LOCKSTEP_UNARY("abs", abs(x)),
         LOCKSTEP_UNARY("sqrt", sqrt(x)), LOCKSTEP_UNARY("log", log(x)),
         LOCKSTEP_UNARY("exp", exp(x)), LOCKSTEP_UNARY("expm1", expm1(x)),
         LOCKSTEP_UNARY("tanh", tanh(x)), LOCKSTEP_UNARY("sin", sincos(x).sin),
         LOCKSTEP_UNARY("cos", sincos(x).cos), LOCKSTEP_UNARY("floor", floor(x)),
         LOCKSTEP_UNARY("round", round(x)), LOCKSTEP_UNARY("nearest float", nearest_float(x))},
        {LOCKSTEP_BINARY_OPERATOR(+),
         LOCKSTEP_BINARY_OPERATOR(-),
         LOCKSTEP_BINARY_OPERATOR(*),
         LOCKSTEP_BINARY_OPERATOR(/),
         {"atan2",
          [](const T* x, const T* y, T* out) { atan2(V::load(x), V::load(y)).store(out); }},
         {"modulo",
          [](const T* x, const T* y, T* out) { modulo(V::load(x), V::load(y)).store(out); }}},
        {LOCKSTEP_TERNARY(fma), LOCKSTEP_TERNARY(fnma)},
        [](const std::int32_t* x, T* out) {
            to_real(Vec<Isa, std::int32_t>::load(x), T{}).store(out);
        },
        draw_uniforms<Isa, T>,
        draw_normals<Isa, T>,
        with_rows<Isa, T>};
    if constexpr (sizeof(T) == 4) {
        table.unary[12] = LOCKSTEP_UNARY("short sin", sincos_short(x).sin);
        table.unary[13] = LOCKSTEP_UNARY("short cos", sincos_short(x).cos);
        table.unary[14] = LOCKSTEP_UNARY("quarter sin", sincos_quarter(x).sin);
        table.unary[15] = LOCKSTEP_UNARY("quarter cos", sincos_quarter(x).cos);
    }
    return table;
}

template <class Isa, class T>
constexpr IntegerFunctions<T> integer_functions() {
    using V = Vec<Isa, T>;
    IntegerFunctions<T> table{
        lane_functions<Isa, T>(),
        {LOCKSTEP_UNARY("<< 0", x << 0), LOCKSTEP_UNARY("<< 1", x << 1),
         LOCKSTEP_UNARY("<< 31", x << 31), LOCKSTEP_UNARY(">> 0", x >> 0),
         LOCKSTEP_UNARY(">> 1", x >> 1), LOCKSTEP_UNARY(">> 31", x >> 31)},
        {LOCKSTEP_BINARY_OPERATOR(+), LOCKSTEP_BINARY_OPERATOR(-), LOCKSTEP_BINARY_OPERATOR(&),
         LOCKSTEP_BINARY_OPERATOR(|), LOCKSTEP_BINARY_OPERATOR(^)}};
    if constexpr (sizeof(T) == 4) {
        table.binary[5] = LOCKSTEP_BINARY_OPERATOR(*);
        table.binary[6] = {"<<", [](const T* x, const T* y, T* out) {
                               (V::load(x) << (V::load(y) & V(31))).store(out);
                           }};
        table.binary[7] = {">>", [](const T* x, const T* y, T* out) {
                               (V::load(x) >> (V::load(y) & V(31))).store(out);
                           }};
    } else {
        table.unary[6] = LOCKSTEP_UNARY("<< 63", x << 63);
        table.unary[7] = LOCKSTEP_UNARY(">> 52", x >> 52);
    }
    if constexpr (std::is_same_v<T, std::uint32_t>) {
        table.unary[6] = LOCKSTEP_UNARY("rotate 1", rotate_left<1>(x));
        table.unary[7] = LOCKSTEP_UNARY("rotate 6", rotate_left<6>(x));
        table.unary[8] = LOCKSTEP_UNARY("rotate 13", rotate_left<13>(x));
        table.unary[9] = LOCKSTEP_UNARY("rotate 29", rotate_left<29>(x));
        table.unary[10] = LOCKSTEP_UNARY("rotate 31", rotate_left<31>(x));
    }
    return table;
}

#undef LOCKSTEP_UNARY
#undef LOCKSTEP_BINARY_OPERATOR
#undef LOCKSTEP_TERNARY

template <class Isa>
constexpr MaskFunctions mask_functions() {
    using M = Mask<Isa>;
    using Bytes = const std::uint8_t*;
    return {
        {{"&", [](Bytes a, Bytes b, std::uint8_t* out) { (M::load(a) & M::load(b)).store(out); }},
         {"|", [](Bytes a, Bytes b, std::uint8_t* out) { (M::load(a) | M::load(b)).store(out); }}},
        {"~", [](Bytes a, std::uint8_t* out) { (~M::load(a)).store(out); }},
        [](Bytes a) { return M::load(a).bits(); },
        [](std::uint32_t bits, std::uint8_t* out) { M::from_bits(bits).store(out); },
        [](std::int64_t count, std::uint8_t* out) { M::first(count).store(out); }};
}

template <class Isa>
void one_threefry(Key key, const std::uint32_t* counter0, const std::uint32_t* counter1,
                  std::uint32_t* first, std::uint32_t* second) {
    using U = Vec<Isa, std::uint32_t>;
    const auto words = threefry(key, U::load(counter0), U::load(counter1));
    words.first.store(first);
    words.second.store(second);
}

template <class Isa>
void draw_bits_of_keys(const std::uint32_t* key0, const std::uint32_t* key1,
                       const std::uint32_t* counter0, const std::uint32_t* counter1, int count,
                       std::uint32_t* out) {
    using U = Vec<Isa, std::uint32_t>;
    const LaneKey<U> key{{U::load(key0), U::load(key1)}};
    Rng<Lanes<Isa, float>, LaneKey<U>, 2> rng(key, U::load(counter0), U::load(counter1));
    for (int i = 0; i < count; ++i) rng.bits().store(out + i * lane_count);
}

template <class Isa>
void scale_words(const std::uint32_t* word, std::uint32_t count, std::uint32_t* out) {
    scaled(Vec<Isa, std::uint32_t>::load(word), count).store(out);
}

template <class Isa>
constexpr LaneProbe make_lane_probe(const char* isa) {
    return {isa,
            real_functions<Isa, float>(),
            real_functions<Isa, double>(),
            integer_functions<Isa, std::int32_t>(),
            integer_functions<Isa, std::uint32_t>(),
            integer_functions<Isa, std::uint64_t>(),
            mask_functions<Isa>(),
            one_threefry<Isa>,
            draw_bits_of_keys<Isa>,
            scale_words<Isa>};
}

}  // namespace lockstep::test

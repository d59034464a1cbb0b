// The lane vocabulary: sixteen lanes of float, double or integers, and masks over them.
//
// Owns:      every use of xsimd and of intrinsics in this repository.
// Must not:  know environments, blocks, memory layout, threads or errors.
// Invariant: a vector has sixteen lanes on every instruction set, and every operation gives the
// same
//            bits on all of them: IEEE operations only, fused exactly where `fma` is written.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#if defined(__AVX512BW__) || defined(__AVX2__)
#include <xsimd/xsimd.hpp>
#endif

// Registers only pay where everything is inlined. Sixteen scalars do not fit registers anyway, and
// inlining them, or what a sanitizer adds to every access, costs minutes of compile time.
#if defined(__AVX2__) && defined(__OPTIMIZE__) && !defined(LOCKSTEP_SANITIZED)
#define LOCKSTEP_INLINE inline __attribute__((always_inline))
#define LOCKSTEP_LAMBDA __attribute__((always_inline))
#define LOCKSTEP_KERNEL [[gnu::flatten]]
#else
#define LOCKSTEP_INLINE inline
#define LOCKSTEP_LAMBDA
#define LOCKSTEP_KERNEL
#endif

namespace lockstep {

inline constexpr int lane_count = 16;

// Instruction sets are types, so that whatever a translation unit emits carries its own in the
// symbol.
struct Scalar;
struct Avx2;
struct Avx512;

// How sixteen lanes of T are held, and the few operations for which instruction sets need their own
// words. `Part` is one register; `Mask` holds sixteen booleans.
template <class Isa>
struct Backend;

template <>
struct Backend<Scalar> {
    template <class T>
    using Part = T;
    template <class T>
    static constexpr int parts = lane_count;
    struct Mask {
        std::uint32_t lane[lane_count];  // all ones or zero
    };
    template <class T>
    using Parts = Part<T>[parts<T>];

    template <class T>
    LOCKSTEP_INLINE static T load(const T* from) noexcept {
        return *from;
    }
    template <class T>
    LOCKSTEP_INLINE static void store(T* to, T value) noexcept {
        *to = value;
    }
    LOCKSTEP_INLINE static float fma(float a, float b, float c) noexcept {
        return __builtin_fmaf(a, b, c);
    }
    LOCKSTEP_INLINE static double fma(double a, double b, double c) noexcept {
        return __builtin_fma(a, b, c);
    }
    template <class T>
    LOCKSTEP_INLINE static T fnma(T a, T b, T c) noexcept {
        return fma(-a, b, c);
    }
    template <class T>
    LOCKSTEP_INLINE static T negate(T a) noexcept {
        return -a;
    }
    LOCKSTEP_INLINE static float sqrt(float a) noexcept { return __builtin_sqrtf(a); }
    LOCKSTEP_INLINE static double sqrt(double a) noexcept { return __builtin_sqrt(a); }
    template <class T>
    LOCKSTEP_INLINE static T abs(T a) noexcept {
        if constexpr (std::is_same_v<T, float>)
            return __builtin_fabsf(a);
        else
            return __builtin_fabs(a);
    }
    template <int N>
    LOCKSTEP_INLINE static std::uint32_t rotate_left(std::uint32_t a) noexcept {
        return (a << N) | (a >> (32 - N));
    }
    template <class T, class Compare>
    LOCKSTEP_INLINE static Mask compare(const Parts<T>& a, const Parts<T>& b,
                                        Compare holds) noexcept {
        Mask mask;
        for (int i = 0; i < lane_count; ++i) mask.lane[i] = holds(a[i], b[i]) ? ~0U : 0U;
        return mask;
    }
    template <class T>
    LOCKSTEP_INLINE static T select(const Mask& mask, int part, T yes, T no) noexcept {
        return mask.lane[part] != 0 ? yes : no;
    }
    LOCKSTEP_INLINE static Mask both(Mask a, Mask b) noexcept {
        for (int i = 0; i < lane_count; ++i) a.lane[i] &= b.lane[i];
        return a;
    }
    LOCKSTEP_INLINE static Mask either(Mask a, Mask b) noexcept {
        for (int i = 0; i < lane_count; ++i) a.lane[i] |= b.lane[i];
        return a;
    }
    LOCKSTEP_INLINE static Mask invert(Mask a) noexcept {
        for (int i = 0; i < lane_count; ++i) a.lane[i] = ~a.lane[i];
        return a;
    }
    LOCKSTEP_INLINE static std::uint32_t bits(const Mask& a) noexcept {
        std::uint32_t bits = 0;
        for (int i = 0; i < lane_count; ++i) bits |= (a.lane[i] & 1U) << i;
        return bits;
    }
    LOCKSTEP_INLINE static Mask from_bits(std::uint32_t bits) noexcept {
        Mask mask;
        for (int i = 0; i < lane_count; ++i) mask.lane[i] = 0U - ((bits >> i) & 1U);
        return mask;
    }
    LOCKSTEP_INLINE static void store_bytes(std::uint8_t* to, const Mask& a) noexcept {
        for (int i = 0; i < lane_count; ++i) to[i] = static_cast<std::uint8_t>(a.lane[i] & 1U);
    }
    LOCKSTEP_INLINE static Mask load_bytes(const std::uint8_t* from) noexcept {
        Mask mask;
        for (int i = 0; i < lane_count; ++i) mask.lane[i] = from[i] != 0 ? ~0U : 0U;
        return mask;
    }
    LOCKSTEP_INLINE static void widen(const std::int32_t (&from)[lane_count],
                                      double (&to)[lane_count]) noexcept {
        for (int i = 0; i < lane_count; ++i) to[i] = from[i];
    }
    LOCKSTEP_INLINE static float to_float(std::int32_t a) noexcept { return static_cast<float>(a); }
    template <class T>
    LOCKSTEP_INLINE static void truncate(const T (&from)[lane_count],
                                         std::int32_t (&to)[lane_count]) noexcept {
        for (int i = 0; i < lane_count; ++i) to[i] = static_cast<std::int32_t>(from[i]);
    }
    template <class T>
    LOCKSTEP_INLINE static void gather(const T* from, const std::int32_t (&index)[lane_count],
                                       T (&to)[lane_count]) noexcept {
        for (int i = 0; i < lane_count; ++i) to[i] = from[index[i]];
    }
    LOCKSTEP_INLINE static void gather_halves(const std::uint64_t* from,
                                              const std::int32_t (&index)[lane_count],
                                              std::uint32_t (&low)[lane_count],
                                              std::uint32_t (&high)[lane_count]) noexcept {
        for (int i = 0; i < lane_count; ++i) {
            low[i] = static_cast<std::uint32_t>(from[index[i]]);
            high[i] = static_cast<std::uint32_t>(from[index[i]] >> 32);
        }
    }
};

#if defined(__AVX512BW__) || defined(__AVX2__)

// What xsimd says alike for both register widths.
template <class Arch>
struct XsimdBackend {
    template <class T>
    using Part = xsimd::batch<T, Arch>;
    template <class T>
    static constexpr int parts = lane_count / static_cast<int>(Part<T>::size);
    template <class T>
    using Parts = Part<T>[parts<T>];

    template <class T>
    LOCKSTEP_INLINE static Part<T> load(const T* from) noexcept {
        return Part<T>::load_unaligned(from);
    }
    template <class T>
    LOCKSTEP_INLINE static void store(T* to, const Part<T>& value) noexcept {
        value.store_unaligned(to);
    }
    // xsimd's own minus subtracts from zero, which loses the sign of zero.
    template <class P>
    LOCKSTEP_INLINE static P negate(const P& a) noexcept {
        if constexpr (std::is_floating_point_v<typename P::value_type>) {
            return a ^ P(typename P::value_type(-0.0));
        } else {
            return -a;
        }
    }
    template <class P>
    LOCKSTEP_INLINE static P sqrt(const P& a) noexcept {
        return xsimd::sqrt(a);
    }
    template <class P>
    LOCKSTEP_INLINE static P abs(const P& a) noexcept {
        return xsimd::abs(a);
    }
    LOCKSTEP_INLINE static Part<float> to_float(const Part<std::int32_t>& a) noexcept {
        return xsimd::to_float(a);
    }
};

#endif

#if defined(__AVX512BW__)

template <>
struct Backend<Avx512> : XsimdBackend<xsimd::avx512bw> {
    struct Mask {
        __mmask16 lanes;
    };

    // xsimd 8.1's fma for AVX-512 rounds twice.
    LOCKSTEP_INLINE static Part<float> fma(const Part<float>& a, const Part<float>& b,
                                           const Part<float>& c) noexcept {
        return _mm512_fmadd_ps(a, b, c);
    }
    LOCKSTEP_INLINE static Part<float> fnma(const Part<float>& a, const Part<float>& b,
                                            const Part<float>& c) noexcept {
        return _mm512_fnmadd_ps(a, b, c);
    }
    LOCKSTEP_INLINE static Part<double> fma(const Part<double>& a, const Part<double>& b,
                                            const Part<double>& c) noexcept {
        return _mm512_fmadd_pd(a, b, c);
    }
    LOCKSTEP_INLINE static Part<double> fnma(const Part<double>& a, const Part<double>& b,
                                             const Part<double>& c) noexcept {
        return _mm512_fnmadd_pd(a, b, c);
    }
    template <int N>
    LOCKSTEP_INLINE static Part<std::uint32_t> rotate_left(const Part<std::uint32_t>& a) noexcept {
        return Part<std::uint32_t>(_mm512_rol_epi32(a, N));
    }
    template <class T, class Compare>
    LOCKSTEP_INLINE static Mask compare(const Parts<T>& a, const Parts<T>& b,
                                        Compare holds) noexcept {
        if constexpr (parts<T> == 1) {
            return {static_cast<__mmask16>(holds(a[0], b[0]).data)};
        } else {
            return {static_cast<__mmask16>(
                _mm512_kunpackb(static_cast<__mmask16>(holds(a[1], b[1]).data),
                                static_cast<__mmask16>(holds(a[0], b[0]).data)))};
        }
    }
    // Not xsimd's select, whose narrow cases do not compile without optimisation in gcc 12.
    template <class P>
    LOCKSTEP_INLINE static P select(const Mask& mask, int part, const P& yes,
                                    const P& no) noexcept {
        using T = typename P::value_type;
        const auto half = static_cast<__mmask8>(mask.lanes >> (8 * part));
        if constexpr (std::is_same_v<T, float>) {
            return _mm512_mask_blend_ps(mask.lanes, no, yes);
        } else if constexpr (std::is_same_v<T, double>) {
            return _mm512_mask_blend_pd(half, no, yes);
        } else if constexpr (sizeof(T) == 4) {
            return _mm512_mask_blend_epi32(mask.lanes, no, yes);
        } else {
            return _mm512_mask_blend_epi64(half, no, yes);
        }
    }
    LOCKSTEP_INLINE static Mask both(Mask a, Mask b) noexcept {
        return {_kand_mask16(a.lanes, b.lanes)};
    }
    LOCKSTEP_INLINE static Mask either(Mask a, Mask b) noexcept {
        return {_kor_mask16(a.lanes, b.lanes)};
    }
    LOCKSTEP_INLINE static Mask invert(Mask a) noexcept { return {_knot_mask16(a.lanes)}; }
    LOCKSTEP_INLINE static std::uint32_t bits(Mask a) noexcept { return a.lanes; }
    LOCKSTEP_INLINE static Mask from_bits(std::uint32_t bits) noexcept {
        return {static_cast<__mmask16>(bits)};
    }
    LOCKSTEP_INLINE static void store_bytes(std::uint8_t* to, Mask a) noexcept {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_maskz_set1_epi8(a.lanes, 1));
    }
    LOCKSTEP_INLINE static Mask load_bytes(const std::uint8_t* from) noexcept {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        return {_mm_test_epi8_mask(bytes, bytes)};
    }
    LOCKSTEP_INLINE static void widen(const Parts<std::int32_t>& from, Parts<double>& to) noexcept {
        to[0] = _mm512_cvtepi32_pd(_mm512_castsi512_si256(from[0]));
        to[1] = _mm512_cvtepi32_pd(_mm512_extracti64x4_epi64(from[0], 1));
    }
    LOCKSTEP_INLINE static void truncate(const Parts<float>& from,
                                         Parts<std::int32_t>& to) noexcept {
        to[0] = _mm512_cvttps_epi32(from[0]);
    }
    LOCKSTEP_INLINE static void truncate(const Parts<double>& from,
                                         Parts<std::int32_t>& to) noexcept {
        to[0] = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvttpd_epi32(from[0])),
                                   _mm512_cvttpd_epi32(from[1]), 1);
    }
    LOCKSTEP_INLINE static void gather(const float* from, const Parts<std::int32_t>& index,
                                       Parts<float>& to) noexcept {
        to[0] = _mm512_i32gather_ps(index[0], from, 4);
    }
    LOCKSTEP_INLINE static void gather(const double* from, const Parts<std::int32_t>& index,
                                       Parts<double>& to) noexcept {
        to[0] = _mm512_i32gather_pd(_mm512_castsi512_si256(index[0]), from, 8);
        to[1] = _mm512_i32gather_pd(_mm512_extracti64x4_epi64(index[0], 1), from, 8);
    }
    template <class Word>
    LOCKSTEP_INLINE static void gather(const Word* from, const Parts<std::int32_t>& index,
                                       Parts<Word>& to) noexcept {
        static_assert(sizeof(Word) == 4);
        to[0] = Part<Word>(_mm512_i32gather_epi32(index[0], from, 4));
    }
    LOCKSTEP_INLINE static void gather_halves(const std::uint64_t* from,
                                              const Parts<std::int32_t>& index,
                                              Parts<std::uint32_t>& low,
                                              Parts<std::uint32_t>& high) noexcept {
        const __m512i a = _mm512_i32gather_epi64(_mm512_castsi512_si256(index[0]), from, 8);
        const __m512i b = _mm512_i32gather_epi64(_mm512_extracti64x4_epi64(index[0], 1), from, 8);
        const __m512i even =
            _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
        low[0] = Part<std::uint32_t>(_mm512_permutex2var_epi32(a, even, b));
        high[0] = Part<std::uint32_t>(_mm512_permutex2var_epi32(a, odd, b));
    }
};

#elif defined(__AVX2__)

template <>
struct Backend<Avx2> : XsimdBackend<xsimd::fma3<xsimd::avx2>> {
    struct Mask {
        __m256i half[2];  // eight 32-bit lanes each, all ones or zero
    };

    LOCKSTEP_INLINE static Part<float> fma(const Part<float>& a, const Part<float>& b,
                                           const Part<float>& c) noexcept {
        return _mm256_fmadd_ps(a, b, c);
    }
    LOCKSTEP_INLINE static Part<float> fnma(const Part<float>& a, const Part<float>& b,
                                            const Part<float>& c) noexcept {
        return _mm256_fnmadd_ps(a, b, c);
    }
    LOCKSTEP_INLINE static Part<double> fma(const Part<double>& a, const Part<double>& b,
                                            const Part<double>& c) noexcept {
        return _mm256_fmadd_pd(a, b, c);
    }
    LOCKSTEP_INLINE static Part<double> fnma(const Part<double>& a, const Part<double>& b,
                                             const Part<double>& c) noexcept {
        return _mm256_fnmadd_pd(a, b, c);
    }
    template <int N>
    LOCKSTEP_INLINE static Part<std::uint32_t> rotate_left(const Part<std::uint32_t>& a) noexcept {
        return Part<std::uint32_t>(
            _mm256_or_si256(_mm256_slli_epi32(a, N), _mm256_srli_epi32(a, 32 - N)));
    }
    LOCKSTEP_INLINE static __m256i as_integer(__m256 a) noexcept { return _mm256_castps_si256(a); }
    LOCKSTEP_INLINE static __m256i as_integer(__m256d a) noexcept { return _mm256_castpd_si256(a); }
    LOCKSTEP_INLINE static __m256i as_integer(__m256i a) noexcept { return a; }
    // Keeps the low word of each 64-bit lane.
    LOCKSTEP_INLINE static __m256i narrow(__m256i low, __m256i high) noexcept {
        const __m256i mixed = _mm256_castps_si256(_mm256_shuffle_ps(
            _mm256_castsi256_ps(low), _mm256_castsi256_ps(high), _MM_SHUFFLE(2, 0, 2, 0)));
        return _mm256_permute4x64_epi64(mixed, _MM_SHUFFLE(3, 1, 2, 0));
    }
    template <class T, class Compare>
    LOCKSTEP_INLINE static Mask compare(const Parts<T>& a, const Parts<T>& b,
                                        Compare holds) noexcept {
        if constexpr (parts<T> == 2) {
            return {{as_integer(holds(a[0], b[0]).data), as_integer(holds(a[1], b[1]).data)}};
        } else {
            return {
                {narrow(as_integer(holds(a[0], b[0]).data), as_integer(holds(a[1], b[1]).data)),
                 narrow(as_integer(holds(a[2], b[2]).data), as_integer(holds(a[3], b[3]).data))}};
        }
    }
    template <class P>
    LOCKSTEP_INLINE static P select(const Mask& mask, int part, const P& yes,
                                    const P& no) noexcept {
        __m256i chosen;
        if constexpr (P::size == 8) {
            chosen = mask.half[part];
        } else {
            const __m256i half = mask.half[part / 2];
            chosen = _mm256_cvtepi32_epi64(part % 2 == 0 ? _mm256_castsi256_si128(half)
                                                         : _mm256_extracti128_si256(half, 1));
        }
        return P(blend(yes.data, no.data, chosen));
    }
    LOCKSTEP_INLINE static __m256 blend(__m256 yes, __m256 no, __m256i mask) noexcept {
        return _mm256_blendv_ps(no, yes, _mm256_castsi256_ps(mask));
    }
    LOCKSTEP_INLINE static __m256d blend(__m256d yes, __m256d no, __m256i mask) noexcept {
        return _mm256_blendv_pd(no, yes, _mm256_castsi256_pd(mask));
    }
    LOCKSTEP_INLINE static __m256i blend(__m256i yes, __m256i no, __m256i mask) noexcept {
        return _mm256_blendv_epi8(no, yes, mask);
    }
    LOCKSTEP_INLINE static Mask both(Mask a, Mask b) noexcept {
        return {{_mm256_and_si256(a.half[0], b.half[0]), _mm256_and_si256(a.half[1], b.half[1])}};
    }
    LOCKSTEP_INLINE static Mask either(Mask a, Mask b) noexcept {
        return {{_mm256_or_si256(a.half[0], b.half[0]), _mm256_or_si256(a.half[1], b.half[1])}};
    }
    LOCKSTEP_INLINE static Mask invert(Mask a) noexcept {
        const __m256i ones = _mm256_set1_epi32(-1);
        return {{_mm256_xor_si256(a.half[0], ones), _mm256_xor_si256(a.half[1], ones)}};
    }
    LOCKSTEP_INLINE static std::uint32_t bits(Mask a) noexcept {
        const int low = _mm256_movemask_ps(_mm256_castsi256_ps(a.half[0]));
        const int high = _mm256_movemask_ps(_mm256_castsi256_ps(a.half[1]));
        return static_cast<std::uint32_t>(low | (high << 8));
    }
    LOCKSTEP_INLINE static Mask from_bits(std::uint32_t bits) noexcept {
        const __m256i all = _mm256_set1_epi32(static_cast<int>(bits));
        const __m256i low = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
        const __m256i high = _mm256_slli_epi32(low, 8);
        return {{_mm256_cmpeq_epi32(_mm256_and_si256(all, low), low),
                 _mm256_cmpeq_epi32(_mm256_and_si256(all, high), high)}};
    }
    LOCKSTEP_INLINE static void store_bytes(std::uint8_t* to, Mask a) noexcept {
        const __m256i words = _mm256_packs_epi32(a.half[0], a.half[1]);
        const __m256i ordered = _mm256_permute4x64_epi64(words, _MM_SHUFFLE(3, 1, 2, 0));
        const __m128i bytes =
            _mm_packs_epi16(_mm256_castsi256_si128(ordered), _mm256_extracti128_si256(ordered, 1));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_and_si128(bytes, _mm_set1_epi8(1)));
    }
    LOCKSTEP_INLINE static Mask load_bytes(const std::uint8_t* from) noexcept {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        const __m256i zero = _mm256_setzero_si256();
        return {{_mm256_cmpgt_epi32(_mm256_cvtepu8_epi32(bytes), zero),
                 _mm256_cmpgt_epi32(_mm256_cvtepu8_epi32(_mm_srli_si128(bytes, 8)), zero)}};
    }
    LOCKSTEP_INLINE static void widen(const Parts<std::int32_t>& from, Parts<double>& to) noexcept {
        to[0] = _mm256_cvtepi32_pd(_mm256_castsi256_si128(from[0]));
        to[1] = _mm256_cvtepi32_pd(_mm256_extracti128_si256(from[0], 1));
        to[2] = _mm256_cvtepi32_pd(_mm256_castsi256_si128(from[1]));
        to[3] = _mm256_cvtepi32_pd(_mm256_extracti128_si256(from[1], 1));
    }
    LOCKSTEP_INLINE static void truncate(const Parts<float>& from,
                                         Parts<std::int32_t>& to) noexcept {
        for (int i = 0; i < 2; ++i) to[i] = _mm256_cvttps_epi32(from[i]);
    }
    LOCKSTEP_INLINE static void truncate(const Parts<double>& from,
                                         Parts<std::int32_t>& to) noexcept {
        for (int i = 0; i < 2; ++i) {
            to[i] = _mm256_set_m128i(_mm256_cvttpd_epi32(from[2 * i + 1]),
                                     _mm256_cvttpd_epi32(from[2 * i]));
        }
    }
    LOCKSTEP_INLINE static void gather(const float* from, const Parts<std::int32_t>& index,
                                       Parts<float>& to) noexcept {
        for (int i = 0; i < 2; ++i) to[i] = _mm256_i32gather_ps(from, index[i], 4);
    }
    LOCKSTEP_INLINE static void gather(const double* from, const Parts<std::int32_t>& index,
                                       Parts<double>& to) noexcept {
        for (int i = 0; i < 2; ++i) {
            to[2 * i] = _mm256_i32gather_pd(from, _mm256_castsi256_si128(index[i]), 8);
            to[2 * i + 1] = _mm256_i32gather_pd(from, _mm256_extracti128_si256(index[i], 1), 8);
        }
    }
    template <class Word>
    LOCKSTEP_INLINE static void gather(const Word* from, const Parts<std::int32_t>& index,
                                       Parts<Word>& to) noexcept {
        static_assert(sizeof(Word) == 4);
        const auto* words = reinterpret_cast<const int*>(from);
        for (int i = 0; i < 2; ++i) to[i] = Part<Word>(_mm256_i32gather_epi32(words, index[i], 4));
    }
    LOCKSTEP_INLINE static void gather_halves(const std::uint64_t* from,
                                              const Parts<std::int32_t>& index,
                                              Parts<std::uint32_t>& low,
                                              Parts<std::uint32_t>& high) noexcept {
        const auto* pairs = reinterpret_cast<const long long*>(from);
        for (int i = 0; i < 2; ++i) {
            const __m256i a = _mm256_i32gather_epi64(pairs, _mm256_castsi256_si128(index[i]), 8);
            const __m256i b =
                _mm256_i32gather_epi64(pairs, _mm256_extracti128_si256(index[i], 1), 8);
            low[i] = Part<std::uint32_t>(narrow(a, b));
            high[i] =
                Part<std::uint32_t>(narrow(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(b, 32)));
        }
    }
};

#endif

// Sixteen booleans.
template <class Isa>
class Mask {
public:
    using Held = typename Backend<Isa>::Mask;

    Mask() = default;
    LOCKSTEP_INLINE Mask(Held held) noexcept : held_(held) {}
    // Bit i is lane i; bits above 15 are ignored.
    LOCKSTEP_INLINE static Mask from_bits(std::uint32_t bits) noexcept {
        return Backend<Isa>::from_bits(bits);
    }
    LOCKSTEP_INLINE static Mask none() noexcept { return from_bits(0); }
    LOCKSTEP_INLINE static Mask first(std::int64_t count) noexcept {
        return from_bits(count >= lane_count ? 0xFFFFU : (1U << (count > 0 ? count : 0)) - 1U);
    }
    // Sixteen bytes, 0 or 1; any other value than 0 reads as true.
    LOCKSTEP_INLINE static Mask load(const std::uint8_t* from) noexcept {
        return Backend<Isa>::load_bytes(from);
    }
    LOCKSTEP_INLINE void store(std::uint8_t* to) const noexcept {
        Backend<Isa>::store_bytes(to, held_);
    }
    LOCKSTEP_INLINE std::uint32_t bits() const noexcept { return Backend<Isa>::bits(held_); }
    LOCKSTEP_INLINE const Held& held() const noexcept { return held_; }

    LOCKSTEP_INLINE friend Mask operator&(const Mask& a, const Mask& b) noexcept {
        return Backend<Isa>::both(a.held_, b.held_);
    }
    LOCKSTEP_INLINE friend Mask operator|(const Mask& a, const Mask& b) noexcept {
        return Backend<Isa>::either(a.held_, b.held_);
    }
    LOCKSTEP_INLINE friend Mask operator~(const Mask& a) noexcept {
        return Backend<Isa>::invert(a.held_);
    }
    LOCKSTEP_INLINE friend bool any(const Mask& a) noexcept { return a.bits() != 0; }
    LOCKSTEP_INLINE friend bool all(const Mask& a) noexcept { return a.bits() == 0xFFFFU; }

private:
    Held held_;
};

#define LOCKSTEP_EACH_PART for (int i = 0; i < parts; ++i)

// Sixteen lanes of T: float, double, int32_t, uint32_t or uint64_t. Integers wrap.
template <class Isa, class T>
class Vec {
public:
    using value_type = T;
    using B = Backend<Isa>;
    using M = Mask<Isa>;
    static constexpr int parts = B::template parts<T>;

    Vec() = default;
    template <class U>
    requires std::is_arithmetic_v<U> LOCKSTEP_INLINE Vec(U value)
    noexcept { LOCKSTEP_EACH_PART part[i] = typename B::template Part<T>(static_cast<T>(value)); }
    LOCKSTEP_INLINE static Vec load(const T* from) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART r.part[i] = B::load(from + i * (lane_count / parts));
        return r;
    }
    LOCKSTEP_INLINE void store(T* to) const noexcept {
        LOCKSTEP_EACH_PART B::store(to + i * (lane_count / parts), part[i]);
    }
    // 0, 1, ..., 15.
    LOCKSTEP_INLINE static Vec iota() noexcept {
        alignas(64) constexpr T lanes[lane_count] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                     8, 9, 10, 11, 12, 13, 14, 15};
        return load(lanes);
    }

#define LOCKSTEP_BINARY(op)                                                       \
    LOCKSTEP_INLINE friend Vec operator op(const Vec& a, const Vec& b) noexcept { \
        Vec r;                                                                    \
        LOCKSTEP_EACH_PART r.part[i] = a.part[i] op b.part[i];                    \
        return r;                                                                 \
    }                                                                             \
    LOCKSTEP_INLINE Vec& operator op##=(const Vec& b) noexcept { return *this = *this op b; }
    LOCKSTEP_BINARY(+)
    LOCKSTEP_BINARY(-)
    LOCKSTEP_BINARY(*)
    LOCKSTEP_BINARY(/)
    LOCKSTEP_BINARY(&)
    LOCKSTEP_BINARY(|)
    LOCKSTEP_BINARY(^)
#undef LOCKSTEP_BINARY
#define LOCKSTEP_COMPARE(op)                                                                \
    LOCKSTEP_INLINE friend M operator op(const Vec& a, const Vec& b) noexcept {             \
        return B::template compare<T>(a.part, b.part,                                       \
                                      [](const auto& x, const auto& y) { return x op y; }); \
    }
    LOCKSTEP_COMPARE(<)
    LOCKSTEP_COMPARE(<=)
    LOCKSTEP_COMPARE(>)
    LOCKSTEP_COMPARE(>=)
    LOCKSTEP_COMPARE(==)
#undef LOCKSTEP_COMPARE
    // True for NaN, as in C++; xsimd's own is false there.
    LOCKSTEP_INLINE friend M operator!=(const Vec& a, const Vec& b) noexcept { return ~(a == b); }
    LOCKSTEP_INLINE friend Vec operator-(const Vec& a) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART r.part[i] = B::negate(a.part[i]);
        return r;
    }
    LOCKSTEP_INLINE friend Vec operator<<(const Vec& a, int count) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART r.part[i] = a.part[i] << count;
        return r;
    }
    LOCKSTEP_INLINE friend Vec operator>>(const Vec& a, int count) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART r.part[i] = a.part[i] >> count;
        return r;
    }
    // a * b + c, rounded once on every instruction set.
    LOCKSTEP_INLINE friend Vec fma(const Vec& a, const Vec& b, const Vec& c) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART r.part[i] = B::fma(a.part[i], b.part[i], c.part[i]);
        return r;
    }
    // c - a * b, rounded once.
    LOCKSTEP_INLINE friend Vec fnma(const Vec& a, const Vec& b, const Vec& c) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART r.part[i] = B::fnma(a.part[i], b.part[i], c.part[i]);
        return r;
    }
    LOCKSTEP_INLINE friend Vec sqrt(const Vec& a) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART r.part[i] = B::sqrt(a.part[i]);
        return r;
    }
    LOCKSTEP_INLINE friend Vec abs(const Vec& a) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART r.part[i] = B::abs(a.part[i]);
        return r;
    }
    LOCKSTEP_INLINE friend Vec select(const M& mask, const Vec& yes, const Vec& no) noexcept {
        Vec r;
        LOCKSTEP_EACH_PART r.part[i] = B::select(mask.held(), i, yes.part[i], no.part[i]);
        return r;
    }

    typename B::template Part<T> part[parts];
};

// The bits of one type read as another of the same width.
template <class To, class Isa, class From>
LOCKSTEP_INLINE Vec<Isa, To> bit_cast(const Vec<Isa, From>& from) noexcept {
    static_assert(sizeof(To) == sizeof(From));
    Vec<Isa, To> to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

// Exact for |value| below 2^24; beyond, rounded to nearest even.
template <class Isa>
LOCKSTEP_INLINE Vec<Isa, float> to_real(const Vec<Isa, std::int32_t>& from, float) noexcept {
    Vec<Isa, float> to;
    constexpr int parts = Vec<Isa, float>::parts;
    LOCKSTEP_EACH_PART to.part[i] = Backend<Isa>::to_float(from.part[i]);
    return to;
}
template <class Isa>
LOCKSTEP_INLINE Vec<Isa, double> to_real(const Vec<Isa, std::int32_t>& from, double) noexcept {
    Vec<Isa, double> to;
    Backend<Isa>::widen(from.part, to.part);
    return to;
}

// The integer nearest to zero of a value within the range of int32_t.
template <class Isa, class Real>
LOCKSTEP_INLINE Vec<Isa, std::int32_t> truncated(const Vec<Isa, Real>& from) noexcept {
    Vec<Isa, std::int32_t> to;
    Backend<Isa>::truncate(from.part, to.part);
    return to;
}

// from[index], lane by lane; every index lies within 0 .. 2^31-1.
template <class T, class Isa>
LOCKSTEP_INLINE Vec<Isa, T> gather(const T* from, const Vec<Isa, std::int32_t>& index) noexcept {
    Vec<Isa, T> r;
    Backend<Isa>::gather(from, index.part, r.part);
    return r;
}

// Both halves of from[index], lane by lane: one walk through memory instead of two.
template <class Isa>
LOCKSTEP_INLINE void gather_halves(const std::uint64_t* from, const Vec<Isa, std::int32_t>& index,
                                   Vec<Isa, std::uint32_t>& low,
                                   Vec<Isa, std::uint32_t>& high) noexcept {
    Backend<Isa>::gather_halves(from, index.part, low.part, high.part);
}

// to[index] = value where `mask` is set, in lane order.
template <class T, class Isa>
LOCKSTEP_INLINE void scatter(T* to, const Vec<Isa, std::int32_t>& index, const Vec<Isa, T>& value,
                             const Mask<Isa>& mask) noexcept {
    std::int32_t at[lane_count];
    T lanes[lane_count];
    index.store(at), value.store(lanes);
    for (std::uint32_t bits = mask.bits(); bits != 0; bits &= bits - 1) {
        const int lane = __builtin_ctz(bits);
        to[at[lane]] = lanes[lane];
    }
}

template <int N, class Isa>
LOCKSTEP_INLINE Vec<Isa, std::uint32_t> rotate_left(const Vec<Isa, std::uint32_t>& a) noexcept {
    Vec<Isa, std::uint32_t> r;
    constexpr int parts = Vec<Isa, std::uint32_t>::parts;
    LOCKSTEP_EACH_PART r.part[i] = Backend<Isa>::template rotate_left<N>(a.part[i]);
    return r;
}

// Lanes set in `mask` take the values at from[0], from[1], ... in lane order; the others keep
// `old`. Sixteen values must be readable at `from`.
template <class Isa, class T>
LOCKSTEP_INLINE Vec<Isa, T> expand(const Mask<Isa>& mask, const T* from,
                                   const Vec<Isa, T>& old) noexcept {
#if defined(__AVX512BW__)
    if constexpr (std::is_same_v<Isa, Avx512> && sizeof(T) == 4) {
        Vec<Isa, T> r;
        const __m512i values = _mm512_loadu_si512(from);
        if constexpr (std::is_same_v<T, float>) {
            r.part[0] =
                _mm512_mask_expand_ps(old.part[0], mask.held().lanes, _mm512_castsi512_ps(values));
        } else {
            r.part[0] = _mm512_mask_expand_epi32(old.part[0], mask.held().lanes, values);
        }
        return r;
    } else
#endif
    {
        T lanes[lane_count];
        old.store(lanes);
        for (std::uint32_t bits = mask.bits(); bits != 0; bits &= bits - 1) {
            lanes[__builtin_ctz(bits)] = *from++;
        }
        return Vec<Isa, T>::load(lanes);
    }
}

// The lanes set in `mask` go to to[0], to[1], ... in lane order. Sixteen values must be writable at
// `to`: those behind the last one are overwritten.
template <class Isa, class T>
LOCKSTEP_INLINE void compress(const Mask<Isa>& mask, const Vec<Isa, T>& from, T* to) noexcept {
#if defined(__AVX512BW__)
    if constexpr (std::is_same_v<Isa, Avx512> && std::is_same_v<T, float>) {
        _mm512_storeu_ps(to, _mm512_maskz_compress_ps(mask.held().lanes, from.part[0]));
    } else if constexpr (std::is_same_v<Isa, Avx512> && sizeof(T) == 4) {
        _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(mask.held().lanes, from.part[0]));
    } else
#endif
    {
        T lanes[lane_count];
        from.store(lanes);
        for (std::uint32_t bits = mask.bits(); bits != 0; bits &= bits - 1) {
            *to++ = lanes[__builtin_ctz(bits)];
        }
    }
}

// The sum of sixteen lanes: halves are added, then their halves, and so on.
template <class Isa, class T>
LOCKSTEP_INLINE T total(const Vec<Isa, T>& from) noexcept {
    T lanes[lane_count];
    from.store(lanes);
    for (int half = lane_count / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) lanes[i] += lanes[i + half];
    }
    return lanes[0];
}

// Lane i is total(rows[i]).
template <class Isa, class T>
LOCKSTEP_INLINE Vec<Isa, T> totals(const Vec<Isa, T> (&rows)[lane_count]) noexcept {
#if defined(__AVX512BW__)
    if constexpr (std::is_same_v<Isa, Avx512> && std::is_same_v<T, float>) {
        // Two rows share a vector, then four, eight, sixteen, each with half the lanes.
        __m512 two[8], four[4], eight[2];
        for (int i = 0; i < 8; ++i) {
            const __m512 a = rows[2 * i].part[0], b = rows[2 * i + 1].part[0];
            two[i] =
                _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xEE));
        }
        for (int i = 0; i < 4; ++i) {
            const __m512 a = two[2 * i], b = two[2 * i + 1];
            four[i] =
                _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xDD));
        }
        for (int i = 0; i < 2; ++i) {
            const __m512 a = four[2 * i], b = four[2 * i + 1];
            eight[i] = _mm512_add_ps(_mm512_shuffle_ps(a, b, 0x44), _mm512_shuffle_ps(a, b, 0xEE));
        }
        const __m512 all = _mm512_add_ps(_mm512_shuffle_ps(eight[0], eight[1], 0x88),
                                         _mm512_shuffle_ps(eight[0], eight[1], 0xDD));
        const __m512i order =
            _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        Vec<Isa, T> r;
        r.part[0] = _mm512_permutexvar_ps(order, all);
        return r;
    } else
#endif
    {
        T sums[lane_count];
        for (int i = 0; i < lane_count; ++i) sums[i] = total(rows[i]);
        return Vec<Isa, T>::load(sums);
    }
}

// Element j of row i becomes element i of row j.
template <class Isa, class T>
LOCKSTEP_INLINE void transpose(Vec<Isa, T> (&rows)[lane_count]) noexcept {
#if defined(__AVX512BW__)
    if constexpr (std::is_same_v<Isa, Avx512> && std::is_same_v<T, float>) {
        __m512 a[16], b[16];
        for (int i = 0; i < 16; i += 2) {
            a[i] = _mm512_unpacklo_ps(rows[i].part[0], rows[i + 1].part[0]);
            a[i + 1] = _mm512_unpackhi_ps(rows[i].part[0], rows[i + 1].part[0]);
        }
        const auto pairs = [](__m512 x) { return _mm512_castps_pd(x); };
        for (int i = 0; i < 16; i += 4) {
            for (int h = 0; h < 2; ++h) {
                b[i + 2 * h] =
                    _mm512_castpd_ps(_mm512_unpacklo_pd(pairs(a[i + h]), pairs(a[i + 2 + h])));
                b[i + 2 * h + 1] =
                    _mm512_castpd_ps(_mm512_unpackhi_pd(pairs(a[i + h]), pairs(a[i + 2 + h])));
            }
        }
        // b[4 g + c] holds column 4 q + c of rows 4 g .. 4 g + 3 in its quarter q.
        for (int c = 0; c < 4; ++c) {
            const __m512 low = _mm512_shuffle_f32x4(b[c], b[4 + c], 0x88);
            const __m512 high = _mm512_shuffle_f32x4(b[c], b[4 + c], 0xDD);
            const __m512 low_rest = _mm512_shuffle_f32x4(b[8 + c], b[12 + c], 0x88);
            const __m512 high_rest = _mm512_shuffle_f32x4(b[8 + c], b[12 + c], 0xDD);
            rows[c].part[0] = _mm512_shuffle_f32x4(low, low_rest, 0x88);
            rows[8 + c].part[0] = _mm512_shuffle_f32x4(low, low_rest, 0xDD);
            rows[4 + c].part[0] = _mm512_shuffle_f32x4(high, high_rest, 0x88);
            rows[12 + c].part[0] = _mm512_shuffle_f32x4(high, high_rest, 0xDD);
        }
    } else
#endif
    {
        T from[lane_count][lane_count], to[lane_count];
        for (int i = 0; i < lane_count; ++i) rows[i].store(from[i]);
        for (int i = 0; i < lane_count; ++i) {
            for (int j = 0; j < lane_count; ++j) to[j] = from[j][i];
            rows[i] = Vec<Isa, T>::load(to);
        }
    }
}

// The types that an environment, a policy or a learner is written in: one instruction set, one
// precision.
template <class Isa, class Real>
struct Lanes {
    using isa = Isa;
    using scalar = Real;
    using real = Vec<Isa, Real>;
    using i32 = Vec<Isa, std::int32_t>;
    using u32 = Vec<Isa, std::uint32_t>;
    using mask = Mask<Isa>;
};

template <class L>
LOCKSTEP_INLINE typename L::real to_real(const typename L::i32& from) noexcept {
    return to_real(from, typename L::scalar{});
}

}  // namespace lockstep

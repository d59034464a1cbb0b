// Lanes for AVX-512 (F, BW, CD, DQ and VL): a float in each of a register's sixteen lanes.
#pragma once

#include <immintrin.h>

#include <lockstep/detail/lane/registers.hpp>

namespace lockstep {

struct Avx512;

template <>
struct Backend<Avx512> : Registers<Avx512, 64> {
    using Int = Part<std::int32_t>;
    using Float = Part<float>;
    using Double = Part<double>;
    struct Mask {
        __mmask16 lanes;
    };

    LOCKSTEP_INLINE static __m512i raw(const auto& a) noexcept {
        return reinterpret_cast<__m512i>(a);
    }
    LOCKSTEP_INLINE static Int integers(__m512i a) noexcept { return reinterpret_cast<Int>(a); }
    // The lower or upper eight of sixteen integers.
    LOCKSTEP_INLINE static __m256i lower(const Int& a) noexcept {
        return _mm512_castsi512_si256(raw(a));
    }
    LOCKSTEP_INLINE static __m256i upper(const Int& a) noexcept {
        return _mm512_extracti64x4_epi64(raw(a), 1);
    }

    LOCKSTEP_INLINE static Float fma(const Float& a, const Float& b, const Float& c) noexcept {
        return _mm512_fmadd_ps(a, b, c);
    }
    LOCKSTEP_INLINE static Double fma(const Double& a, const Double& b, const Double& c) noexcept {
        return _mm512_fmadd_pd(a, b, c);
    }
    LOCKSTEP_INLINE static Float fnma(const Float& a, const Float& b, const Float& c) noexcept {
        return _mm512_fnmadd_ps(a, b, c);
    }
    LOCKSTEP_INLINE static Double fnma(const Double& a, const Double& b, const Double& c) noexcept {
        return _mm512_fnmadd_pd(a, b, c);
    }
    LOCKSTEP_INLINE static Float sqrt(const Float& a) noexcept { return _mm512_sqrt_ps(a); }
    LOCKSTEP_INLINE static Double sqrt(const Double& a) noexcept { return _mm512_sqrt_pd(a); }
    LOCKSTEP_INLINE static Float abs(const Float& a) noexcept { return _mm512_abs_ps(a); }
    LOCKSTEP_INLINE static Double abs(const Double& a) noexcept { return _mm512_abs_pd(a); }
    // x86's minimum and maximum return their second operand where neither is less.
    LOCKSTEP_INLINE static Float min(const Float& a, const Float& b) noexcept {
        return _mm512_min_ps(b, a);
    }
    LOCKSTEP_INLINE static Float max(const Float& a, const Float& b) noexcept {
        return _mm512_max_ps(b, a);
    }
    LOCKSTEP_INLINE static Double min(const Double& a, const Double& b) noexcept {
        return _mm512_min_pd(b, a);
    }
    LOCKSTEP_INLINE static Double max(const Double& a, const Double& b) noexcept {
        return _mm512_max_pd(b, a);
    }
    LOCKSTEP_INLINE static Float floor(const Float& a) noexcept {
        return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    }
    LOCKSTEP_INLINE static Double floor(const Double& a) noexcept {
        return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    }
    LOCKSTEP_INLINE static Float round(const Float& a) noexcept {
        return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
    LOCKSTEP_INLINE static Double round(const Double& a) noexcept {
        return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
    LOCKSTEP_INLINE static Double nearest_float(const Double& a) noexcept {
        return _mm512_cvtps_pd(_mm512_cvtpd_ps(a));
    }
    template <int N>
    LOCKSTEP_INLINE static Part<std::uint32_t> rotate_left(const Part<std::uint32_t>& a) noexcept {
        return reinterpret_cast<Part<std::uint32_t>>(_mm512_rol_epi32(raw(a), N));
    }

#define LOCKSTEP_COMPARE(name, real, integer)                                                      \
    LOCKSTEP_INLINE static Mask name(const Float(&a)[1], const Float(&b)[1]) noexcept {            \
        return {_mm512_cmp_ps_mask(a[0], b[0], real)};                                             \
    }                                                                                              \
    LOCKSTEP_INLINE static Mask name(const Double(&a)[2], const Double(&b)[2]) noexcept {          \
        return joined(_mm512_cmp_pd_mask(a[0], b[0], real), _mm512_cmp_pd_mask(a[1], b[1], real)); \
    }                                                                                              \
    LOCKSTEP_INLINE static Mask name(const Int(&a)[1], const Int(&b)[1]) noexcept {                \
        return {_mm512_cmp_epi32_mask(raw(a[0]), raw(b[0]), integer)};                             \
    }                                                                                              \
    LOCKSTEP_INLINE static Mask name(const Part<std::uint32_t>(&a)[1],                             \
                                     const Part<std::uint32_t>(&b)[1]) noexcept {                  \
        return {_mm512_cmp_epu32_mask(raw(a[0]), raw(b[0]), integer)};                             \
    }                                                                                              \
    LOCKSTEP_INLINE static Mask name(const Part<std::uint64_t>(&a)[2],                             \
                                     const Part<std::uint64_t>(&b)[2]) noexcept {                  \
        return joined(_mm512_cmp_epu64_mask(raw(a[0]), raw(b[0]), integer),                        \
                      _mm512_cmp_epu64_mask(raw(a[1]), raw(b[1]), integer));                       \
    }
    LOCKSTEP_COMPARE(less, _CMP_LT_OQ, _MM_CMPINT_LT)
    LOCKSTEP_COMPARE(at_most, _CMP_LE_OQ, _MM_CMPINT_LE)
    LOCKSTEP_COMPARE(equal, _CMP_EQ_OQ, _MM_CMPINT_EQ)
#undef LOCKSTEP_COMPARE
    LOCKSTEP_INLINE static Mask joined(__mmask8 low, __mmask8 high) noexcept {
        return {static_cast<__mmask16>(_mm512_kunpackb(high, low))};
    }

    LOCKSTEP_INLINE static Float select(const Mask& mask, int, const Float& yes,
                                        const Float& no) noexcept {
        return _mm512_mask_blend_ps(mask.lanes, no, yes);
    }
    LOCKSTEP_INLINE static Double select(const Mask& mask, int part, const Double& yes,
                                         const Double& no) noexcept {
        return _mm512_mask_blend_pd(half(mask, part), no, yes);
    }
    template <class P>
    LOCKSTEP_INLINE static P select(const Mask& mask, int part, const P& yes,
                                    const P& no) noexcept {
        if constexpr (sizeof(yes[0]) == 4) {
            return reinterpret_cast<P>(_mm512_mask_blend_epi32(mask.lanes, raw(no), raw(yes)));
        } else {
            return reinterpret_cast<P>(
                _mm512_mask_blend_epi64(half(mask, part), raw(no), raw(yes)));
        }
    }
    LOCKSTEP_INLINE static __mmask8 half(const Mask& mask, int part) noexcept {
        return static_cast<__mmask8>(mask.lanes >> (8 * part));
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

    LOCKSTEP_INLINE static void to_real(const Int (&from)[1], Float (&to)[1]) noexcept {
        to[0] = _mm512_cvtepi32_ps(raw(from[0]));
    }
    LOCKSTEP_INLINE static void to_real(const Int (&from)[1], Double (&to)[2]) noexcept {
        to[0] = _mm512_cvtepi32_pd(lower(from[0]));
        to[1] = _mm512_cvtepi32_pd(upper(from[0]));
    }
    LOCKSTEP_INLINE static void to_real(const Float (&from)[1], Double (&to)[2]) noexcept {
        to[0] = _mm512_cvtps_pd(_mm512_castps512_ps256(from[0]));
        to[1] = _mm512_cvtps_pd(_mm512_extractf32x8_ps(from[0], 1));
    }
    LOCKSTEP_INLINE static void to_real(const Double (&from)[2], Float (&to)[1]) noexcept {
        to[0] = _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(from[0])),
                                   _mm512_cvtpd_ps(from[1]), 1);
    }
    LOCKSTEP_INLINE static void truncate(const Float (&from)[1], Int (&to)[1]) noexcept {
        to[0] = integers(_mm512_cvttps_epi32(from[0]));
    }
    LOCKSTEP_INLINE static void truncate(const Double (&from)[2], Int (&to)[1]) noexcept {
        to[0] = integers(_mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvttpd_epi32(from[0])),
                                            _mm512_cvttpd_epi32(from[1]), 1));
    }
    LOCKSTEP_INLINE static void gather(const float* from, const Int (&index)[1],
                                       Float (&to)[1]) noexcept {
        to[0] = _mm512_i32gather_ps(raw(index[0]), from, 4);
    }
    LOCKSTEP_INLINE static void gather(const double* from, const Int (&index)[1],
                                       Double (&to)[2]) noexcept {
        to[0] = _mm512_i32gather_pd(lower(index[0]), from, 8);
        to[1] = _mm512_i32gather_pd(upper(index[0]), from, 8);
    }
    template <class Word>
    LOCKSTEP_INLINE static void gather(const Word* from, const Int (&index)[1],
                                       Part<Word> (&to)[1]) noexcept {
        static_assert(sizeof(Word) == 4);
        to[0] = reinterpret_cast<Part<Word>>(_mm512_i32gather_epi32(raw(index[0]), from, 4));
    }
    LOCKSTEP_INLINE static void gather_halves(const std::uint64_t* from, const Int (&index)[1],
                                              Part<std::uint32_t> (&low)[1],
                                              Part<std::uint32_t> (&high)[1]) noexcept {
        const __m512i a = _mm512_i32gather_epi64(lower(index[0]), from, 8);
        const __m512i b = _mm512_i32gather_epi64(upper(index[0]), from, 8);
        const __m512i even =
            _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
        low[0] = reinterpret_cast<Part<std::uint32_t>>(_mm512_permutex2var_epi32(a, even, b));
        high[0] = reinterpret_cast<Part<std::uint32_t>>(_mm512_permutex2var_epi32(a, odd, b));
    }

    // Done in registers; the fallbacks in shuffles.hpp go through memory.
    LOCKSTEP_INLINE static Float expand(Mask mask, const float* from, const Float& old) noexcept {
        return _mm512_mask_expand_ps(old, mask.lanes, _mm512_loadu_ps(from));
    }
    template <class Word>
    requires(sizeof(Word) == 4) LOCKSTEP_INLINE
        static Part<Word> expand(Mask mask, const Word* from, const Part<Word>& old) noexcept {
        return reinterpret_cast<Part<Word>>(
            _mm512_mask_expand_epi32(raw(old), mask.lanes, _mm512_loadu_si512(from)));
    }
    LOCKSTEP_INLINE static void compress(Mask mask, const Float& from, float* to) noexcept {
        _mm512_storeu_ps(to, _mm512_maskz_compress_ps(mask.lanes, from));
    }
    template <class Word>
    requires(sizeof(Word) == 4) LOCKSTEP_INLINE
        static void compress(Mask mask, const Part<Word>& from, Word* to) noexcept {
        _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(mask.lanes, raw(from)));
    }

    LOCKSTEP_INLINE static void pack(Mask mask, const Float& from, float* to) noexcept {
        const auto count = static_cast<unsigned>(__builtin_popcount(mask.lanes));
        _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1U << count) - 1U),
                              _mm512_maskz_compress_ps(mask.lanes, from));
    }

    // Two rows share a vector, then four, eight, sixteen, each with half the lanes.
    LOCKSTEP_INLINE static Float totals(const Float (&rows)[16]) noexcept {
        __m512 two[8], four[4], eight[2];
        for (int i = 0; i < 8; ++i) {
            const __m512 a = rows[2 * i], b = rows[2 * i + 1];
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
        return _mm512_permutexvar_ps(order, all);
    }
    LOCKSTEP_INLINE static Double totals(const Double (&rows)[8]) noexcept {
        __m512d two[4], four[2];
        for (int i = 0; i < 4; ++i) {
            // Rows 0 and 2, 1 and 3, 4 and 6, 5 and 7.
            const __m512d a = rows[i / 2 * 4 + i % 2], b = rows[i / 2 * 4 + i % 2 + 2];
            two[i] =
                _mm512_add_pd(_mm512_shuffle_f64x2(a, b, 0x44), _mm512_shuffle_f64x2(a, b, 0xEE));
        }
        for (int i = 0; i < 2; ++i) {
            const __m512d a = two[i], b = two[i + 2];
            four[i] =
                _mm512_add_pd(_mm512_shuffle_f64x2(a, b, 0x88), _mm512_shuffle_f64x2(a, b, 0xDD));
        }
        return _mm512_add_pd(_mm512_unpacklo_pd(four[0], four[1]),
                             _mm512_unpackhi_pd(four[0], four[1]));
    }
    LOCKSTEP_INLINE static void transpose(Float (&rows)[16]) noexcept {
        __m512 a[16], b[16];
        for (int i = 0; i < 16; i += 2) {
            a[i] = _mm512_unpacklo_ps(rows[i], rows[i + 1]);
            a[i + 1] = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
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
            rows[c] = _mm512_shuffle_f32x4(low, low_rest, 0x88);
            rows[8 + c] = _mm512_shuffle_f32x4(low, low_rest, 0xDD);
            rows[4 + c] = _mm512_shuffle_f32x4(high, high_rest, 0x88);
            rows[12 + c] = _mm512_shuffle_f32x4(high, high_rest, 0xDD);
        }
    }
};

}  // namespace lockstep

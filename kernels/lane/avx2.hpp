// Lanes for AVX2 with FMA: eight floats or four doubles per register.
#pragma once

#include <immintrin.h>

#include <lockstep/detail/lane/registers.hpp>

namespace lockstep {

struct Avx2;

template <>
struct Backend<Avx2> : Registers<Avx2, 32> {
    using Int = Part<std::int32_t>;
    using Int64 = Part<std::int64_t>;
    struct Mask {
        Int part[2];  // eight lanes each, all ones or zero
    };

    LOCKSTEP_INLINE static __m256i raw(const auto& a) noexcept {
        return reinterpret_cast<__m256i>(a);
    }
    LOCKSTEP_INLINE static Int integers(__m256i a) noexcept { return reinterpret_cast<Int>(a); }
    // The lower or upper four of eight integers.
    LOCKSTEP_INLINE static __m128i lower(const auto& a) noexcept {
        return _mm256_castsi256_si128(raw(a));
    }
    LOCKSTEP_INLINE static __m128i upper(const auto& a) noexcept {
        return _mm256_extracti128_si256(raw(a), 1);
    }
    // The lower or upper four, widened to the width of doubles.
    LOCKSTEP_INLINE static __m256i widened(const Int& a, int half) noexcept {
        return _mm256_cvtepi32_epi64(half == 0 ? lower(a) : upper(a));
    }
    // Keeps the low word of each 64-bit lane.
    LOCKSTEP_INLINE static Int narrow(__m256i low, __m256i high) noexcept {
        const __m256i mixed = _mm256_castps_si256(_mm256_shuffle_ps(
            _mm256_castsi256_ps(low), _mm256_castsi256_ps(high), _MM_SHUFFLE(2, 0, 2, 0)));
        return integers(_mm256_permute4x64_epi64(mixed, _MM_SHUFFLE(3, 1, 2, 0)));
    }

    using Float = Part<float>;
    using Double = Part<double>;
    LOCKSTEP_INLINE static Float fma(const Float& a, const Float& b, const Float& c) noexcept {
        return _mm256_fmadd_ps(a, b, c);
    }
    LOCKSTEP_INLINE static Double fma(const Double& a, const Double& b, const Double& c) noexcept {
        return _mm256_fmadd_pd(a, b, c);
    }
    LOCKSTEP_INLINE static Float fnma(const Float& a, const Float& b, const Float& c) noexcept {
        return _mm256_fnmadd_ps(a, b, c);
    }
    LOCKSTEP_INLINE static Double fnma(const Double& a, const Double& b, const Double& c) noexcept {
        return _mm256_fnmadd_pd(a, b, c);
    }
    LOCKSTEP_INLINE static Float sqrt(const Float& a) noexcept { return _mm256_sqrt_ps(a); }
    LOCKSTEP_INLINE static Double sqrt(const Double& a) noexcept { return _mm256_sqrt_pd(a); }
    LOCKSTEP_INLINE static Float abs(const Float& a) noexcept {
        return _mm256_andnot_ps(_mm256_set1_ps(-0.0F), a);
    }
    LOCKSTEP_INLINE static Double abs(const Double& a) noexcept {
        return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a);
    }
    // x86's minimum and maximum return their second operand where neither is less.
    LOCKSTEP_INLINE static Float min(const Float& a, const Float& b) noexcept {
        return _mm256_min_ps(b, a);
    }
    LOCKSTEP_INLINE static Float max(const Float& a, const Float& b) noexcept {
        return _mm256_max_ps(b, a);
    }
    LOCKSTEP_INLINE static Double min(const Double& a, const Double& b) noexcept {
        return _mm256_min_pd(b, a);
    }
    LOCKSTEP_INLINE static Double max(const Double& a, const Double& b) noexcept {
        return _mm256_max_pd(b, a);
    }
    LOCKSTEP_INLINE static Float floor(const Float& a) noexcept { return _mm256_floor_ps(a); }
    LOCKSTEP_INLINE static Double floor(const Double& a) noexcept { return _mm256_floor_pd(a); }
    LOCKSTEP_INLINE static Float round(const Float& a) noexcept {
        return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
    LOCKSTEP_INLINE static Double round(const Double& a) noexcept {
        return _mm256_round_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
    LOCKSTEP_INLINE static Double nearest_float(const Double& a) noexcept {
        return _mm256_cvtps_pd(_mm256_cvtpd_ps(a));
    }

#define LOCKSTEP_COMPARE(name, op)                                              \
    template <class P>                                                          \
    LOCKSTEP_INLINE static Mask name(const P(&a)[2], const P(&b)[2]) noexcept { \
        return {{a[0] op b[0], a[1] op b[1]}};                                  \
    }                                                                           \
    template <class P>                                                          \
    LOCKSTEP_INLINE static Mask name(const P(&a)[4], const P(&b)[4]) noexcept { \
        return {{narrow(raw(a[0] op b[0]), raw(a[1] op b[1])),                  \
                 narrow(raw(a[2] op b[2]), raw(a[3] op b[3]))}};                \
    }
    LOCKSTEP_COMPARISONS(LOCKSTEP_COMPARE)
#undef LOCKSTEP_COMPARE

    LOCKSTEP_INLINE static Float blend(const Float& yes, const Float& no,
                                       const auto& mask) noexcept {
        return _mm256_blendv_ps(no, yes, reinterpret_cast<__m256>(mask));
    }
    LOCKSTEP_INLINE static Double blend(const Double& yes, const Double& no,
                                        const auto& mask) noexcept {
        return _mm256_blendv_pd(no, yes, reinterpret_cast<__m256d>(mask));
    }
    template <class P>
    LOCKSTEP_INLINE static P blend(const P& yes, const P& no, const auto& mask) noexcept {
        return reinterpret_cast<P>(_mm256_blendv_epi8(raw(no), raw(yes), raw(mask)));
    }

    LOCKSTEP_INLINE static Mask both(const Mask& a, const Mask& b) noexcept {
        return {{a.part[0] & b.part[0], a.part[1] & b.part[1]}};
    }
    LOCKSTEP_INLINE static Mask either(const Mask& a, const Mask& b) noexcept {
        return {{a.part[0] | b.part[0], a.part[1] | b.part[1]}};
    }
    LOCKSTEP_INLINE static Mask invert(const Mask& a) noexcept {
        return {{~a.part[0], ~a.part[1]}};
    }
    LOCKSTEP_INLINE static std::uint32_t bits(const Mask& a) noexcept {
        const int low = _mm256_movemask_ps(reinterpret_cast<__m256>(a.part[0]));
        const int high = _mm256_movemask_ps(reinterpret_cast<__m256>(a.part[1]));
        return static_cast<std::uint32_t>(low | (high << 8));
    }
    LOCKSTEP_INLINE static Mask from_bits(std::uint32_t bits) noexcept {
        const Int all = integers(_mm256_set1_epi32(static_cast<int>(bits)));
        const Int low = {1, 2, 4, 8, 16, 32, 64, 128};
        const Int high = low << 8;
        return {{(all & low) == low, (all & high) == high}};
    }
    LOCKSTEP_INLINE static void store_bytes(std::uint8_t* to, const Mask& a) noexcept {
        const __m256i words = _mm256_packs_epi32(raw(a.part[0]), raw(a.part[1]));
        const __m256i ordered = _mm256_permute4x64_epi64(words, _MM_SHUFFLE(3, 1, 2, 0));
        const __m128i bytes = _mm_packs_epi16(lower(ordered), upper(ordered));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_and_si128(bytes, _mm_set1_epi8(1)));
    }
    LOCKSTEP_INLINE static Mask load_bytes(const std::uint8_t* from) noexcept {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        return {{integers(_mm256_cvtepu8_epi32(bytes)) > 0,
                 integers(_mm256_cvtepu8_epi32(_mm_srli_si128(bytes, 8))) > 0}};
    }

    LOCKSTEP_INLINE static void to_real(const Int (&from)[2], Float (&to)[2]) noexcept {
        to[0] = _mm256_cvtepi32_ps(raw(from[0]));
        to[1] = _mm256_cvtepi32_ps(raw(from[1]));
    }
    LOCKSTEP_INLINE static void to_real(const Int (&from)[2], Double (&to)[4]) noexcept {
        to[0] = _mm256_cvtepi32_pd(lower(from[0]));
        to[1] = _mm256_cvtepi32_pd(upper(from[0]));
        to[2] = _mm256_cvtepi32_pd(lower(from[1]));
        to[3] = _mm256_cvtepi32_pd(upper(from[1]));
    }
    LOCKSTEP_INLINE static void to_real(const Float (&from)[2], Double (&to)[4]) noexcept {
        for (int i = 0; i < 2; ++i) {
            to[2 * i] = _mm256_cvtps_pd(_mm256_castps256_ps128(from[i]));
            to[2 * i + 1] = _mm256_cvtps_pd(_mm256_extractf128_ps(from[i], 1));
        }
    }
    LOCKSTEP_INLINE static void to_real(const Double (&from)[4], Float (&to)[2]) noexcept {
        for (int i = 0; i < 2; ++i) {
            to[i] = _mm256_set_m128(_mm256_cvtpd_ps(from[2 * i + 1]), _mm256_cvtpd_ps(from[2 * i]));
        }
    }
    LOCKSTEP_INLINE static void truncate(const Float (&from)[2], Int (&to)[2]) noexcept {
        to[0] = integers(_mm256_cvttps_epi32(from[0]));
        to[1] = integers(_mm256_cvttps_epi32(from[1]));
    }
    LOCKSTEP_INLINE static void truncate(const Double (&from)[4], Int (&to)[2]) noexcept {
        for (int i = 0; i < 2; ++i) {
            to[i] = integers(_mm256_set_m128i(_mm256_cvttpd_epi32(from[2 * i + 1]),
                                              _mm256_cvttpd_epi32(from[2 * i])));
        }
    }
    LOCKSTEP_INLINE static Float totals(const Float (&rows)[8]) noexcept {
        __m256 two[4], four[2];
        for (int i = 0; i < 4; ++i) {
            const __m256 a = rows[i], b = rows[i + 4];
            two[i] = _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20),
                                   _mm256_permute2f128_ps(a, b, 0x31));
        }
        for (int i = 0; i < 2; ++i) {
            const __m256 a = two[2 * i], b = two[2 * i + 1];
            four[i] = _mm256_add_ps(_mm256_shuffle_ps(a, b, 0x44), _mm256_shuffle_ps(a, b, 0xEE));
        }
        return _mm256_add_ps(_mm256_shuffle_ps(four[0], four[1], 0x88),
                             _mm256_shuffle_ps(four[0], four[1], 0xDD));
    }
    LOCKSTEP_INLINE static Double totals(const Double (&rows)[4]) noexcept {
        __m256d two[2];
        for (int i = 0; i < 2; ++i) {
            const __m256d a = rows[i], b = rows[i + 2];
            two[i] = _mm256_add_pd(_mm256_permute2f128_pd(a, b, 0x20),
                                   _mm256_permute2f128_pd(a, b, 0x31));
        }
        return _mm256_add_pd(_mm256_unpacklo_pd(two[0], two[1]),
                             _mm256_unpackhi_pd(two[0], two[1]));
    }
    LOCKSTEP_INLINE static void gather(const float* from, const Int (&index)[2],
                                       Float (&to)[2]) noexcept {
        for (int i = 0; i < 2; ++i) to[i] = _mm256_i32gather_ps(from, raw(index[i]), 4);
    }
    LOCKSTEP_INLINE static void gather(const double* from, const Int (&index)[2],
                                       Double (&to)[4]) noexcept {
        for (int i = 0; i < 2; ++i) {
            to[2 * i] = _mm256_i32gather_pd(from, lower(index[i]), 8);
            to[2 * i + 1] = _mm256_i32gather_pd(from, upper(index[i]), 8);
        }
    }
    template <class Word>
    LOCKSTEP_INLINE static void gather(const Word* from, const Int (&index)[2],
                                       Part<Word> (&to)[2]) noexcept {
        static_assert(sizeof(Word) == 4);
        const auto* words = reinterpret_cast<const int*>(from);
        for (int i = 0; i < 2; ++i)
            to[i] = reinterpret_cast<Part<Word>>(_mm256_i32gather_epi32(words, raw(index[i]), 4));
    }
    LOCKSTEP_INLINE static void gather_halves(const std::uint64_t* from, const Int (&index)[2],
                                              Part<std::uint32_t> (&low)[2],
                                              Part<std::uint32_t> (&high)[2]) noexcept {
        const auto* pairs = reinterpret_cast<const long long*>(from);
        for (int i = 0; i < 2; ++i) {
            const __m256i a = _mm256_i32gather_epi64(pairs, lower(index[i]), 8);
            const __m256i b = _mm256_i32gather_epi64(pairs, upper(index[i]), 8);
            low[i] = reinterpret_cast<Part<std::uint32_t>>(narrow(a, b));
            high[i] = reinterpret_cast<Part<std::uint32_t>>(
                narrow(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(b, 32)));
        }
    }
};

}  // namespace lockstep

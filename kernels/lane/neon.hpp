// Lanes for NEON, which every 64-bit Arm processor has: four floats or two doubles per register.
#pragma once

#include <arm_neon.h>

#include <lockstep/detail/lane/registers.hpp>

namespace lockstep {

struct Neon;

template <>
struct Backend<Neon> : Registers<Neon, 16> {
    using Int = Part<std::int32_t>;
    using Float = Part<float>;
    using Double = Part<double>;
    struct Mask {
        Int part[4];  // four lanes each, all ones or zero
    };

    LOCKSTEP_INLINE static uint8x16_t raw(const auto& a) noexcept {
        return reinterpret_cast<uint8x16_t>(a);
    }
    LOCKSTEP_INLINE static int32x4_t words(const auto& a) noexcept {
        return reinterpret_cast<int32x4_t>(a);
    }
    LOCKSTEP_INLINE static Int integers(int32x4_t a) noexcept { return reinterpret_cast<Int>(a); }
    // The lower or upper two of four integers, widened to the width of doubles.
    LOCKSTEP_INLINE static int64x2_t widened(const Int& a, int half) noexcept {
        return half == 0 ? vmovl_s32(vget_low_s32(words(a))) : vmovl_high_s32(words(a));
    }
    // Keeps the low word of each 64-bit lane.
    LOCKSTEP_INLINE static Int narrow(const auto& low, const auto& high) noexcept {
        return integers(vuzp1q_s32(words(low), words(high)));
    }

    LOCKSTEP_INLINE static Float fma(const Float& a, const Float& b, const Float& c) noexcept {
        return reinterpret_cast<Float>(vfmaq_f32(floats(c), floats(a), floats(b)));
    }
    LOCKSTEP_INLINE static Double fma(const Double& a, const Double& b, const Double& c) noexcept {
        return reinterpret_cast<Double>(vfmaq_f64(doubles(c), doubles(a), doubles(b)));
    }
    LOCKSTEP_INLINE static Float fnma(const Float& a, const Float& b, const Float& c) noexcept {
        return reinterpret_cast<Float>(vfmsq_f32(floats(c), floats(a), floats(b)));
    }
    LOCKSTEP_INLINE static Double fnma(const Double& a, const Double& b, const Double& c) noexcept {
        return reinterpret_cast<Double>(vfmsq_f64(doubles(c), doubles(a), doubles(b)));
    }
    LOCKSTEP_INLINE static Float sqrt(const Float& a) noexcept {
        return reinterpret_cast<Float>(vsqrtq_f32(floats(a)));
    }
    LOCKSTEP_INLINE static Double sqrt(const Double& a) noexcept {
        return reinterpret_cast<Double>(vsqrtq_f64(doubles(a)));
    }
    LOCKSTEP_INLINE static Float abs(const Float& a) noexcept {
        return reinterpret_cast<Float>(vabsq_f32(floats(a)));
    }
    LOCKSTEP_INLINE static Double abs(const Double& a) noexcept {
        return reinterpret_cast<Double>(vabsq_f64(doubles(a)));
    }
    LOCKSTEP_INLINE static Float floor(const Float& a) noexcept {
        return reinterpret_cast<Float>(vrndmq_f32(floats(a)));
    }
    LOCKSTEP_INLINE static Double floor(const Double& a) noexcept {
        return reinterpret_cast<Double>(vrndmq_f64(doubles(a)));
    }
    LOCKSTEP_INLINE static Float round(const Float& a) noexcept {
        return reinterpret_cast<Float>(vrndnq_f32(floats(a)));
    }
    LOCKSTEP_INLINE static Double round(const Double& a) noexcept {
        return reinterpret_cast<Double>(vrndnq_f64(doubles(a)));
    }
    LOCKSTEP_INLINE static Double nearest_float(const Double& a) noexcept {
        return reinterpret_cast<Double>(vcvt_f64_f32(vcvt_f32_f64(doubles(a))));
    }
    LOCKSTEP_INLINE static float32x4_t floats(const Float& a) noexcept {
        return reinterpret_cast<float32x4_t>(a);
    }
    LOCKSTEP_INLINE static float64x2_t doubles(const Double& a) noexcept {
        return reinterpret_cast<float64x2_t>(a);
    }

#define LOCKSTEP_COMPARE(name, op)                                                         \
    template <class P>                                                                     \
    LOCKSTEP_INLINE static Mask name(const P(&a)[4], const P(&b)[4]) noexcept {            \
        return {{a[0] op b[0], a[1] op b[1], a[2] op b[2], a[3] op b[3]}};                 \
    }                                                                                      \
    template <class P>                                                                     \
    LOCKSTEP_INLINE static Mask name(const P(&a)[8], const P(&b)[8]) noexcept {            \
        return {{narrow(a[0] op b[0], a[1] op b[1]), narrow(a[2] op b[2], a[3] op b[3]),   \
                 narrow(a[4] op b[4], a[5] op b[5]), narrow(a[6] op b[6], a[7] op b[7])}}; \
    }
    LOCKSTEP_COMPARISONS(LOCKSTEP_COMPARE)
#undef LOCKSTEP_COMPARE

    template <class P>
    LOCKSTEP_INLINE static P blend(const P& yes, const P& no, const auto& mask) noexcept {
        return reinterpret_cast<P>(vbslq_u8(raw(mask), raw(yes), raw(no)));
    }

    LOCKSTEP_INLINE static Mask both(const Mask& a, const Mask& b) noexcept {
        return {{a.part[0] & b.part[0], a.part[1] & b.part[1], a.part[2] & b.part[2],
                 a.part[3] & b.part[3]}};
    }
    LOCKSTEP_INLINE static Mask either(const Mask& a, const Mask& b) noexcept {
        return {{a.part[0] | b.part[0], a.part[1] | b.part[1], a.part[2] | b.part[2],
                 a.part[3] | b.part[3]}};
    }
    LOCKSTEP_INLINE static Mask invert(const Mask& a) noexcept {
        return {{~a.part[0], ~a.part[1], ~a.part[2], ~a.part[3]}};
    }
    // One byte per lane, all ones or zero.
    LOCKSTEP_INLINE static uint8x16_t bytes(const Mask& a) noexcept {
        const auto halves = [](const Int& low, const Int& high) LOCKSTEP_LAMBDA {
            return vuzp1q_u16(vreinterpretq_u16_u8(raw(low)), vreinterpretq_u16_u8(raw(high)));
        };
        return vuzp1q_u8(vreinterpretq_u8_u16(halves(a.part[0], a.part[1])),
                         vreinterpretq_u8_u16(halves(a.part[2], a.part[3])));
    }
    LOCKSTEP_INLINE static std::uint32_t bits(const Mask& a) noexcept {
        const uint8x16_t weights = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
        const uint8x16_t set = vandq_u8(bytes(a), weights);
        return vaddv_u8(vget_low_u8(set)) | (std::uint32_t{vaddv_u8(vget_high_u8(set))} << 8U);
    }
    LOCKSTEP_INLINE static Mask from_bits(std::uint32_t bits) noexcept {
        const Int all = integers(vdupq_n_s32(static_cast<std::int32_t>(bits)));
        const Int first = {1, 2, 4, 8};
        return {{(all & first) != 0, (all & (first << 4)) != 0, (all & (first << 8)) != 0,
                 (all & (first << 12)) != 0}};
    }
    LOCKSTEP_INLINE static void store_bytes(std::uint8_t* to, const Mask& a) noexcept {
        vst1q_u8(to, vandq_u8(bytes(a), vdupq_n_u8(1)));
    }
    LOCKSTEP_INLINE static Mask load_bytes(const std::uint8_t* from) noexcept {
        const uint8x16_t loaded = vld1q_u8(from);
        const int8x16_t set = vreinterpretq_s8_u8(vtstq_u8(loaded, loaded));
        const int16x8_t low = vmovl_s8(vget_low_s8(set)), high = vmovl_high_s8(set);
        return {{integers(vmovl_s16(vget_low_s16(low))), integers(vmovl_high_s16(low)),
                 integers(vmovl_s16(vget_low_s16(high))), integers(vmovl_high_s16(high))}};
    }

    LOCKSTEP_INLINE static void to_real(const Int (&from)[4], Float (&to)[4]) noexcept {
        for (int i = 0; i < 4; ++i) to[i] = reinterpret_cast<Float>(vcvtq_f32_s32(words(from[i])));
    }
    LOCKSTEP_INLINE static void to_real(const Int (&from)[4], Double (&to)[8]) noexcept {
        for (int i = 0; i < 8; ++i)
            to[i] = reinterpret_cast<Double>(vcvtq_f64_s64(widened(from[i / 2], i % 2)));
    }
    LOCKSTEP_INLINE static void to_real(const Float (&from)[4], Double (&to)[8]) noexcept {
        for (int i = 0; i < 4; ++i) {
            to[2 * i] = reinterpret_cast<Double>(vcvt_f64_f32(vget_low_f32(floats(from[i]))));
            to[2 * i + 1] = reinterpret_cast<Double>(vcvt_high_f64_f32(floats(from[i])));
        }
    }
    LOCKSTEP_INLINE static void to_real(const Double (&from)[8], Float (&to)[4]) noexcept {
        for (int i = 0; i < 4; ++i) {
            to[i] = reinterpret_cast<Float>(
                vcvt_high_f32_f64(vcvt_f32_f64(doubles(from[2 * i])), doubles(from[2 * i + 1])));
        }
    }
    LOCKSTEP_INLINE static void truncate(const Float (&from)[4], Int (&to)[4]) noexcept {
        for (int i = 0; i < 4; ++i) to[i] = integers(vcvtq_s32_f32(floats(from[i])));
    }
    LOCKSTEP_INLINE static void truncate(const Double (&from)[8], Int (&to)[4]) noexcept {
        for (int i = 0; i < 4; ++i) {
            to[i] = narrow(vcvtq_s64_f64(doubles(from[2 * i])),
                           vcvtq_s64_f64(doubles(from[2 * i + 1])));
        }
    }
    template <class T>
    requires(sizeof(T) == 4) LOCKSTEP_INLINE
        static void gather(const T* from, const Int (&index)[4], Part<T> (&to)[4]) noexcept {
        for (int i = 0; i < 4; ++i) {
            const Int& at = index[i];
            to[i] = Part<T>{from[at[0]], from[at[1]], from[at[2]], from[at[3]]};
        }
    }
    LOCKSTEP_INLINE static void gather(const double* from, const Int (&index)[4],
                                       Double (&to)[8]) noexcept {
        for (int i = 0; i < 8; ++i) {
            const Int& at = index[i / 2];
            to[i] = Double{from[at[i % 2 * 2]], from[at[i % 2 * 2 + 1]]};
        }
    }
    LOCKSTEP_INLINE static void gather_halves(const std::uint64_t* from, const Int (&index)[4],
                                              Part<std::uint32_t> (&low)[4],
                                              Part<std::uint32_t> (&high)[4]) noexcept {
        using Pair = Part<std::uint64_t>;
        for (int i = 0; i < 4; ++i) {
            const Int& at = index[i];
            const Pair a = {from[at[0]], from[at[1]]}, b = {from[at[2]], from[at[3]]};
            low[i] = reinterpret_cast<Part<std::uint32_t>>(narrow(a, b));
            high[i] = reinterpret_cast<Part<std::uint32_t>>(vuzp2q_s32(words(a), words(b)));
        }
    }
};

}  // namespace lockstep

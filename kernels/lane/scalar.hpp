// Lanes for any processor: sixteen numbers of each type, one after another.
//
// Invariant: loops stay loops, which the compiler may vectorize for its target: unrolled sixteen
//            times over, kernels would take minutes to compile and run no faster.
#pragma once

#include <lockstep/detail/lane/backend.hpp>

#define LOCKSTEP_INLINE inline
#define LOCKSTEP_LAMBDA
#define LOCKSTEP_KERNEL
#define LOCKSTEP_EACH_LANE _Pragma("GCC unroll 1") for (int i = 0; i < lane_count; ++i)

namespace lockstep {

struct Scalar;

template <>
struct Backend<Scalar> {
    template <class T>
    using Part = T;
    template <class T>
    static constexpr int parts = lane_count;
    template <class T>
    using Parts = T[lane_count];
    struct Mask {
        std::uint32_t lane[lane_count];  // all ones or zero
    };

    template <class T>
    static T load(const T* from) noexcept {
        return *from;
    }
    template <class T>
    static void store(T* to, T value) noexcept {
        *to = value;
    }
    static float fma(float a, float b, float c) noexcept { return __builtin_fmaf(a, b, c); }
    static double fma(double a, double b, double c) noexcept { return __builtin_fma(a, b, c); }
    template <class T>
    static T fnma(T a, T b, T c) noexcept {
        return fma(-a, b, c);
    }
    static float sqrt(float a) noexcept { return __builtin_sqrtf(a); }
    static double sqrt(double a) noexcept { return __builtin_sqrt(a); }
    static float abs(float a) noexcept { return __builtin_fabsf(a); }
    static double abs(double a) noexcept { return __builtin_fabs(a); }
    static float floor(float a) noexcept { return __builtin_floorf(a); }
    static double floor(double a) noexcept { return __builtin_floor(a); }
    static float round(float a) noexcept { return __builtin_rintf(a); }
    static double round(double a) noexcept { return __builtin_rint(a); }
    static double nearest_float(double a) noexcept { return static_cast<float>(a); }
    template <int N>
    static std::uint32_t rotate_left(std::uint32_t a) noexcept {
        return (a << N) | (a >> (32 - N));
    }

    template <class T>
    static Mask less(const T (&a)[lane_count], const T (&b)[lane_count]) noexcept {
        Mask mask;
        LOCKSTEP_EACH_LANE mask.lane[i] = a[i] < b[i] ? ~0U : 0U;
        return mask;
    }
    template <class T>
    static Mask at_most(const T (&a)[lane_count], const T (&b)[lane_count]) noexcept {
        Mask mask;
        LOCKSTEP_EACH_LANE mask.lane[i] = a[i] <= b[i] ? ~0U : 0U;
        return mask;
    }
    template <class T>
    static Mask equal(const T (&a)[lane_count], const T (&b)[lane_count]) noexcept {
        Mask mask;
        LOCKSTEP_EACH_LANE mask.lane[i] = a[i] == b[i] ? ~0U : 0U;
        return mask;
    }
    template <class T>
    static T select(const Mask& mask, int part, T yes, T no) noexcept {
        return mask.lane[part] != 0 ? yes : no;
    }
    static Mask both(Mask a, const Mask& b) noexcept {
        LOCKSTEP_EACH_LANE a.lane[i] &= b.lane[i];
        return a;
    }
    static Mask either(Mask a, const Mask& b) noexcept {
        LOCKSTEP_EACH_LANE a.lane[i] |= b.lane[i];
        return a;
    }
    static Mask invert(Mask a) noexcept {
        LOCKSTEP_EACH_LANE a.lane[i] = ~a.lane[i];
        return a;
    }
    static std::uint32_t bits(const Mask& a) noexcept {
        std::uint32_t bits = 0;
        LOCKSTEP_EACH_LANE bits |= (a.lane[i] & 1U) << i;
        return bits;
    }
    static Mask from_bits(std::uint32_t bits) noexcept {
        Mask mask;
        LOCKSTEP_EACH_LANE mask.lane[i] = 0U - ((bits >> i) & 1U);
        return mask;
    }
    static void store_bytes(std::uint8_t* to, const Mask& a) noexcept {
        LOCKSTEP_EACH_LANE to[i] = static_cast<std::uint8_t>(a.lane[i] & 1U);
    }
    static Mask load_bytes(const std::uint8_t* from) noexcept {
        Mask mask;
        LOCKSTEP_EACH_LANE mask.lane[i] = from[i] != 0 ? ~0U : 0U;
        return mask;
    }

    template <class From, class T>
    static void to_real(const From (&from)[lane_count], T (&to)[lane_count]) noexcept {
        LOCKSTEP_EACH_LANE to[i] = static_cast<T>(from[i]);
    }
    template <class T>
    static void truncate(const T (&from)[lane_count], std::int32_t (&to)[lane_count]) noexcept {
        LOCKSTEP_EACH_LANE to[i] = static_cast<std::int32_t>(from[i]);
    }
    template <class T>
    static void gather(const T* from, const std::int32_t (&index)[lane_count],
                       T (&to)[lane_count]) noexcept {
        LOCKSTEP_EACH_LANE to[i] = from[index[i]];
    }
    static void gather_halves(const std::uint64_t* from, const std::int32_t (&index)[lane_count],
                              std::uint32_t (&low)[lane_count],
                              std::uint32_t (&high)[lane_count]) noexcept {
        LOCKSTEP_EACH_LANE {
            low[i] = static_cast<std::uint32_t>(from[index[i]]);
            high[i] = static_cast<std::uint32_t>(from[index[i]] >> 32);
        }
    }
};

}  // namespace lockstep

// Vector registers as a compiler extension, with operators built in.
//
// Owns:      what back-ends with registers have in common.
// Invariant: a register's operators are those of its elements, lane by lane.
#pragma once

#include <lockstep/detail/lane/backend.hpp>

// Registers pay off only where everything is inlined, and there a sanitizer's checks of every
// access would cost minutes of compile time.
#if defined(__OPTIMIZE__) && !defined(LOCKSTEP_SANITIZED)
#define LOCKSTEP_INLINE inline __attribute__((always_inline))
#define LOCKSTEP_LAMBDA __attribute__((always_inline))
#define LOCKSTEP_KERNEL [[gnu::flatten]]
#else
#define LOCKSTEP_INLINE inline
#define LOCKSTEP_LAMBDA
#define LOCKSTEP_KERNEL
#endif
#define LOCKSTEP_EACH_LANE for (int i = 0; i < lane_count; ++i)

#define LOCKSTEP_COMPARISONS(COMPARE) COMPARE(less, <) COMPARE(at_most, <=) COMPARE(equal, ==)

namespace lockstep {

// A register of `bytes` bytes. Derived is the back-end, so that instruction sets share no function.
template <class Derived, int bytes>
struct Registers {
    template <class T>
    struct Of {
        typedef T type __attribute__((vector_size(bytes)));
    };
    template <class T>
    using Part = typename Of<T>::type;
    template <class T>
    static constexpr int parts = lane_count* static_cast<int>(sizeof(T)) / bytes;
    template <class T>
    using Parts = Part<T>[parts<T>];

    template <class T>
    LOCKSTEP_INLINE static Part<T> load(const T* from) noexcept {
        Part<T> part;
        __builtin_memcpy(&part, from, bytes);
        return part;
    }
    template <class T>
    LOCKSTEP_INLINE static void store(T* to, const Part<T>& part) noexcept {
        __builtin_memcpy(to, &part, bytes);
    }
    template <int N>
    LOCKSTEP_INLINE static Part<std::uint32_t> rotate_left(const Part<std::uint32_t>& a) noexcept {
        return (a << N) | (a >> (32 - N));
    }
    // For masks whose parts have 32 bits a lane.
    template <class P>
    LOCKSTEP_INLINE static P select(const auto& mask, int part, const P& yes,
                                    const P& no) noexcept {
        using Own = Backend<Derived>;
        if constexpr (sizeof(yes[0]) == 4) {
            return Own::blend(yes, no, mask.part[part]);
        } else {
            return Own::blend(yes, no, Own::widened(mask.part[part / 2], part % 2));
        }
    }
};

}  // namespace lockstep

// Two vectors side by side: every operation is done to both, one right after the other, so that
// they hide each other's latency. An `Isa` for code that is written for one.
//
// Must not:  know any instruction set. Has the operations that its users need, no others.
// Invariant: each of the two has the bits that it would have alone.
#pragma once

#include <lockstep/detail/lane/lane.hpp>

namespace lockstep {

template <class Isa>
struct Twice;

template <class Isa>
class Mask<Twice<Isa>> {
public:
    Mask<Isa> first, second;

    LOCKSTEP_INLINE static Mask none() noexcept { return {Mask<Isa>::none(), Mask<Isa>::none()}; }
    LOCKSTEP_INLINE friend Mask operator&(const Mask& a, const Mask& b) noexcept {
        return {a.first & b.first, a.second & b.second};
    }
    LOCKSTEP_INLINE friend Mask operator|(const Mask& a, const Mask& b) noexcept {
        return {a.first | b.first, a.second | b.second};
    }
    LOCKSTEP_INLINE friend Mask operator~(const Mask& a) noexcept { return {~a.first, ~a.second}; }
    LOCKSTEP_INLINE friend bool any(const Mask& a) noexcept { return any(a.first | a.second); }
};

template <class Isa, class T>
class Vec<Twice<Isa>, T> {
public:
    using V = Vec<Isa, T>;
    using M = Mask<Twice<Isa>>;

    V first, second;

    Vec() = default;
    LOCKSTEP_INLINE Vec(const V& a, const V& b) noexcept : first(a), second(b) {}
    template <class U>
    requires std::is_arithmetic_v<U> LOCKSTEP_INLINE Vec(U value)
    noexcept : first(value), second(value) {}

#define LOCKSTEP_BOTH(op)                                                         \
    LOCKSTEP_INLINE friend Vec operator op(const Vec& a, const Vec& b) noexcept { \
        return {a.first op b.first, a.second op b.second};                        \
    }
    LOCKSTEP_BOTH(+)
    LOCKSTEP_BOTH(-)
    LOCKSTEP_BOTH(*)
#undef LOCKSTEP_BOTH
    LOCKSTEP_INLINE friend Vec operator-(const Vec& a) noexcept { return {-a.first, -a.second}; }
#define LOCKSTEP_BOTH(op)                                                       \
    LOCKSTEP_INLINE friend M operator op(const Vec& a, const Vec& b) noexcept { \
        return {a.first op b.first, a.second op b.second};                      \
    }
    LOCKSTEP_BOTH(<)
    LOCKSTEP_BOTH(>=)
    LOCKSTEP_BOTH(==)
#undef LOCKSTEP_BOTH
#define LOCKSTEP_BOTH(name)                                                \
    LOCKSTEP_INLINE friend Vec name(const Vec& a, const Vec& b) noexcept { \
        return {name(a.first, b.first), name(a.second, b.second)};         \
    }
    LOCKSTEP_BOTH(min)
    LOCKSTEP_BOTH(max)
#undef LOCKSTEP_BOTH
    LOCKSTEP_INLINE friend Vec select(const M& mask, const Vec& yes, const Vec& no) noexcept {
        return {select(mask.first, yes.first, no.first),
                select(mask.second, yes.second, no.second)};
    }
};

}  // namespace lockstep

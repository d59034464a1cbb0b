// Sixteen booleans.
#pragma once

#include <lockstep/detail/lane/chosen.hpp>

namespace lockstep {

template <class Isa>
class Mask {
public:
    using Held = typename Backend<Isa>::Mask;

    Mask() = default;
    LOCKSTEP_INLINE Mask(const Held& held) noexcept : held_(held) {}
    // Bit i is lane i; bits above 15 are ignored.
    LOCKSTEP_INLINE static Mask from_bits(std::uint32_t bits) noexcept {
        return Backend<Isa>::from_bits(bits);
    }
    LOCKSTEP_INLINE static Mask none() noexcept { return from_bits(0); }
    LOCKSTEP_INLINE static Mask first(std::int64_t count) noexcept {
        return from_bits(count >= lane_count ? 0xFFFFU : (1U << (count > 0 ? count : 0)) - 1U);
    }
    // Sixteen bytes; any nonzero byte reads as true.
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

}  // namespace lockstep

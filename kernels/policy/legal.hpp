// Equally likely choices among the actions that are legal in a state of a compiled table.
//
// Invariant: an action that the table calls illegal is never chosen.
#pragma once

#include <lockstep/detail/contract/transition_tables.hpp>
#include <lockstep/detail/random/rng.hpp>

namespace lockstep {

// Bit a: whether action a is legal, in each lane's row of the tables.
template <class L>
LOCKSTEP_INLINE typename L::u32 legal_actions(const TransitionTables& model,
                                              const typename L::i32& row) noexcept {
    using u32 = typename L::u32;
    if (model.legal != nullptr) return gather(model.legal, row);
    return u32(model.actions == 32 ? ~0U : (1U << model.actions) - 1U);
}

template <class L>
LOCKSTEP_INLINE auto is_legal(const typename L::u32& legal, int action) noexcept {
    using u32 = typename L::u32;
    return ((legal >> action) & u32(1U)) != u32(0U);
}

// One of the set bits, equally likely, by a random word. Bits from `actions` up are ignored.
template <class L>
LOCKSTEP_KERNEL [[gnu::noinline]] typename L::i32 any_of(const typename L::u32& legal, int actions,
                                                         const typename L::u32& word) noexcept {
    using u32 = typename L::u32;
    u32 count(0U);
    for (int a = 0; a < actions; ++a) count += (legal >> a) & u32(1U);
    u32 left = mul_high(word, count), chosen(0U);
    auto found = L::mask::none();
    for (int a = 0; a < actions; ++a) {
        const auto allowed = is_legal<L>(legal, a);
        const auto here = allowed & (left == u32(0U)) & ~found;
        chosen = select(here, u32(static_cast<std::uint32_t>(a)), chosen);
        found = found | here;
        left = select(allowed, left - u32(1U), left);
    }
    return bit_cast<std::int32_t>(chosen);
}

}  // namespace lockstep

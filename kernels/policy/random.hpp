// Every action equally likely, or uniform within its bounds, as a function of world id and time,
// from the stream of actions.
//
// Invariant: the action of a world at a time does not depend on how many steps a call makes.
#pragma once

#include <lockstep/detail/policy/legal.hpp>
#include <lockstep/detail/policy/policy.hpp>

namespace lockstep {

template <class L, class Env>
class Random {
public:
    using u32 = typename L::u32;

    Random() = default;
    LOCKSTEP_INLINE Random(const PolicyData<typename L::scalar>&,
                           const Worlds<typename L::scalar>& w, std::int64_t at) noexcept
        : key_(w.actions), id_(world_ids<L>(w.first_id, at)) {
        if constexpr (tables) constants_ = prepare<L, Env>(w, at, false);
    }

    // One word serves several steps if the number of actions is a small power of two.
    LOCKSTEP_INLINE void at_time(std::uint64_t time) noexcept {
        if constexpr (HasActionColumns<Env, L>) {
            time_ = time;
            return;
        }
        const auto place = static_cast<std::uint32_t>(time % steps_a_word);
        if (place == 0 || !drawn_) {
            draw(time / steps_a_word);
            bits_ = bits_ >> static_cast<int>(bits_a_step * place);
        } else {
            bits_ = bits_ >> bits_a_step;
        }
        drawn_ = true;
    }
    LOCKSTEP_INLINE auto act([[maybe_unused]] const typename L::real* observation) noexcept {
        if constexpr (tables) {
            const TransitionTables& model = *constants_.model;
            const auto row = constants_.row + truncated(observation[0]);
            if (model.legal == nullptr) {
                const auto count = static_cast<std::uint32_t>(model.actions);
                return bit_cast<std::int32_t>(scaled(bits_, count));
            }
            return any_of<L>(legal_actions<L>(model, row), model.actions, bits_);
        } else if constexpr (HasActionColumns<Env, L>) {
            return columns();
        } else if constexpr (actions == 2) {
            return BinaryAction<L>{(bits_ & u32(1)) != u32(0)};
        } else if constexpr (bits_a_step < 32) {
            return bit_cast<std::int32_t>(bits_ & u32(actions - 1));
        } else {
            return bit_cast<std::int32_t>(scaled(bits_, actions));
        }
    }

private:
    static constexpr bool tables = HasTables<Env, L>;
    static constexpr std::uint32_t actions = Env::about.action_count();
    static constexpr int bits_a_step = actions == 2 ? 1 : actions == 4 ? 2 : 32;
    static constexpr std::uint64_t steps_a_word = 32 / bits_a_step;

    // Each number is uniform within its bounds, or one of its options.
    LOCKSTEP_INLINE auto columns() const noexcept {
        ActionColumns<L, Env::about.action_column_count()> action;
        Rng<L> rng(at_epoch(key_, time_), id_, u32(static_cast<std::uint32_t>(time_)));
        auto* column = action.column;
        for (const ActionInfo& info : Env::about.action_columns) {
            const auto options = static_cast<std::uint32_t>(info.option_count());
            *column++ = options == 0 ? rng.uniform(info.low, info.high)
                                     : to_real<L>(bit_cast<std::int32_t>(rng.below(u32(options))));
        }
        return action;
    }
    LOCKSTEP_INLINE void draw(std::uint64_t word) noexcept {
        const std::uint64_t block = word / 2;
        const auto words =
            threefry_inline(at_epoch(key_, block), id_, u32(static_cast<std::uint32_t>(block)));
        bits_ = word % 2 == 0 ? words.first : words.second;
    }

    Key key_;
    u32 id_, bits_;
    bool drawn_ = false;
    std::uint64_t time_ = 0;
    struct Nothing {};
    [[no_unique_address]] std::conditional_t<tables, ConstantsOf<L, Env>, Nothing> constants_;
};

}  // namespace lockstep

// The second gridworld of the tutorial "Peter and the Wolf" (004): a walker who grows hungry and
// tired hunts the wolf, and wins where energy exceeds fatigue. Apples feed, trees rest, water
// drowns.
//
// Must not:  know boards: a table says where a move leads and, by its mark, onto what.
// Invariant: a move has its cost even where the edge blocks it; the world then stays in its cell,
//            and that cell acts again.
#pragma once

#include <lockstep/detail/env/finite.hpp>

namespace lockstep {

struct GridworldHard {
    static constexpr Description about{
        .name = "gridworld-hard",
        .observations = {{.name = "state"}, {.name = "energy"}, {.name = "fatigue"}}};

    static constexpr std::uint32_t wolf = 2, tree = 3, apple = 4;  // marks
    // Flags of the tables. ends_at_100: as in the tutorial, energy - fatigue = -100 also ends an
    // episode, as a defeat. sees_cell: tabular learners see the cell alone.
    enum Flag : std::int32_t { ends_at_100 = 1, sees_cell = 2 };
    static constexpr int full_energy = 10, prize = 100;

    template <class L>
    struct State {
        typename L::real state, energy, fatigue;

        auto columns() { return std::tie(state, energy, fatigue); }
    };

    template <class L>
    using Constants = Finite::Constants<L>;

    template <class L>
    static LOCKSTEP_INLINE Constants<L> prepare(auto&& parameter, const TransitionTables& model,
                                                bool after_end) noexcept {
        return Finite::prepare<L>(parameter, model, after_end);
    }

    template <class L>
    static LOCKSTEP_INLINE State<L> reset(const Constants<L>& w, auto& rng) noexcept {
        using real = typename L::real;
        return {Finite::reset<L>(w, rng).state, real(full_energy), real(0)};
    }

    template <class L>
    static LOCKSTEP_INLINE Step<L> step(State<L>& s, const auto& action, const Constants<L>& w,
                                        auto&) noexcept {
        using real = typename L::real;
        using u32 = typename L::u32;
        const u32 next =
            gather(w.model->next, Finite::pair_of<L>(truncated(s.state), action, w.row, *w.model));
        const u32 cell = (next >> TransitionTables::mark_shift) & u32(0x7FU);
        s.state = to_real<L>(Finite::state_of<L>(next));
        s.energy = select(cell == u32(apple), real(full_energy), s.energy - real(1));
        s.fatigue = select(cell == u32(tree), real(0), s.fatigue + real(1));
        const real left = s.energy - s.fatigue;
        const auto won = (cell == u32(wolf)) & (s.energy > s.fatigue);
        auto over = Finite::terminal<L>(next);  // on the wolf's cell, or in water
        const real reward = select(over, select(won, real(prize), real(-prize)), left);
        if ((w.model->flags & ends_at_100) != 0) over = over | (abs(left) == real(prize));
        return {reward, over, real(0)};
    }

    // The state as a row number of a table, for tabular learners. A walker without energy cannot
    // win before the next apple, nor one with ten moves of fatigue before the next tree. Beyond
    // that, finer levels do not help to win, though rewards keep falling.
    template <class L>
    static LOCKSTEP_INLINE typename L::i32 state_index(const State<L>& s, const auto& w) noexcept {
        using real = typename L::real;
        using i32 = typename L::i32;
        const i32 cell = truncated(s.state);
        if ((w.model->flags & sees_cell) != 0) return cell;
        const i32 spent = level<L>(real(full_energy) - s.energy), tired = level<L>(s.fatigue);
        return (cell * i32(levels) + spent) * i32(levels) + tired;
    }
    template <class L>
    static std::int64_t state_count(const auto& w) noexcept {
        const std::int64_t cells = w.model->states;
        return (w.model->flags & sees_cell) != 0 ? cells : cells * levels * levels;
    }

private:
    static constexpr int levels = full_energy + 1;

    // An integer from 0 to 10; NaN, which no episode has, becomes 10.
    template <class L>
    static LOCKSTEP_INLINE typename L::i32 level(const typename L::real& value) noexcept {
        using real = typename L::real;
        const real low = select(value < real(levels - 1), value, real(levels - 1));
        return truncated(select(low > real(0), low, real(0)));
    }
};

}  // namespace lockstep

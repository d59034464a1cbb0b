// A finite Markov decision process, stepped through its packed tables: gridworlds, toy text,
// processes from files.
//
// Must not:  know what a state stands for.
// Invariant: a state is an integer below 2^24, which a float holds exactly. An illegal action
//            leaves the world where it is, with reward 0.
#pragma once

#include <lockstep/detail/contract/transition_tables.hpp>
#include <lockstep/detail/random/rng.hpp>
#include <lockstep/environment.hpp>

namespace lockstep {

struct Finite {
    // What all environments on these kernels have in common; each describes the rest.
    static constexpr Description about{.name = "finite", .observations = {{.name = "state"}}};

    template <class L>
    struct State {
        typename L::real state;

        auto columns() { return std::tie(state); }
    };

    template <class L>
    struct Constants {
        const TransitionTables* model;
        typename L::i32 row;  // of the board's state 0
        typename L::i32 board;
    };

    // Parameter 0 is the number of the world's board, if there are several.
    template <class L>
    static LOCKSTEP_INLINE Constants<L> prepare(auto&& parameter, const TransitionTables& model,
                                                bool /*after_end*/) noexcept {
        using i32 = typename L::i32;
        const i32 board = model.boards > 1 ? truncated(parameter(0)) : i32(0);
        return {&model, board * i32(model.states), board};
    }

    template <class L>
    static LOCKSTEP_INLINE State<L> reset(const Constants<L>& w, auto& rng) noexcept {
        return {to_real<L>(start<L>(w.board, *w.model, rng))};
    }

    // action: 0 to model.actions - 1.
    template <class L>
    static LOCKSTEP_INLINE Step<L> step(State<L>& s, const auto& action, const Constants<L>& w,
                                        auto& rng) noexcept {
        using u32 = typename L::u32;
        using real = typename L::real;
        const TransitionTables& model = *w.model;
        auto slot = pair_of<L>(truncated(s.state), action, w.row, model);
        if (model.outcomes > 1) slot = drawn_slot<L>(slot, model, rng);
        u32 next;
        real reward;
        if constexpr (sizeof(typename L::scalar) == 4) {
            u32 bits;
            gather_halves(model.next_and_reward, slot, next, bits);
            reward = bit_cast<float>(bits);
        } else {
            next = gather(model.next, slot);
            reward = gather(model.reward_f64, slot);
        }
        s.state = to_real<L>(state_of<L>(next));
        if (model.noise != Noise::none) reward += noise<L>(model.noise, rng);
        return {reward, terminal<L>(next)};
    }

    // The state as a row number of a table, for tabular learners.
    template <class L>
    static LOCKSTEP_INLINE typename L::i32 state_index(const State<L>& s,
                                                       const Constants<L>&) noexcept {
        return truncated(s.state);
    }
    template <class L>
    static std::int64_t state_count(const Constants<L>& w) noexcept {
        return w.model->states;
    }

    // Pieces shared by environments whose state is more than a cell.
    template <class L>
    static LOCKSTEP_INLINE typename L::i32 pair_of(const typename L::i32& state,
                                                   const typename L::i32& action,
                                                   const typename L::i32& row,
                                                   const TransitionTables& model) noexcept {
        return (row + state) * typename L::i32(model.actions) + action;
    }
    template <class L>
    static LOCKSTEP_INLINE typename L::i32 state_of(const typename L::u32& next) noexcept {
        return bit_cast<std::int32_t>(next & typename L::u32(TransitionTables::max_states - 1));
    }
    template <class L>
    static LOCKSTEP_INLINE typename L::mask terminal(const typename L::u32& next) noexcept {
        return bit_cast<std::int32_t>(next) < typename L::i32(0);
    }
    template <class L>
    static LOCKSTEP_INLINE typename L::i32 start(const typename L::i32& board,
                                                 const TransitionTables& model,
                                                 auto& rng) noexcept {
        using i32 = typename L::i32;
        if (model.boards == 1) {
            const auto chosen = rng.below(typename L::u32(model.first_start[1]));
            return bit_cast<std::int32_t>(gather(model.starts, bit_cast<std::int32_t>(chosen)));
        }
        const auto first = gather(model.first_start, board);
        const auto end = gather(model.first_start, board + i32(1));
        const auto chosen = first + rng.below(end - first);
        return bit_cast<std::int32_t>(gather(model.starts, bit_cast<std::int32_t>(chosen)));
    }

private:
    // Not inlined, because few processes draw anything: inlined into every kernel, these would make
    // up most of the code to compile.
    template <class L>
    [[gnu::noinline]] static typename L::i32 drawn_slot(const typename L::i32& pair,
                                                        const TransitionTables& model,
                                                        auto& rng) noexcept {
        using u32 = typename L::u32;
        const auto count = static_cast<std::uint32_t>(model.outcomes);
        const u32 word = rng.bits();
        const u32 first = bit_cast<std::uint32_t>(pair) * u32(count);
        const auto slot = bit_cast<std::int32_t>(first + scaled(word, count));
        const auto itself = word * u32(count) < gather(model.threshold, slot);
        return select(itself, slot, bit_cast<std::int32_t>(first + gather(model.alias, slot)));
    }
    template <class L>
    [[gnu::noinline]] static typename L::real noise(Noise kind, auto& rng) noexcept {
        return kind == Noise::normal ? rng.normals().first : rng.uniform();
    }
};

}  // namespace lockstep

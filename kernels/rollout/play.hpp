// Steps and episodes of the sixteen worlds that learners play in.
//
// Owns:      what a network sees of a world.
// Must not:  know learners.
// Invariant: a finished world keeps stepping until its next episode is begun, and affects no other
//            world meanwhile.
#pragma once

#include <lockstep/detail/block/lane_worlds.hpp>
#include <lockstep/detail/block/step.hpp>
#include <lockstep/detail/policy/legal.hpp>

namespace lockstep {

// If a world shows only the number of its state, a network sees one row per state: 1 for the state
// that the world is in, 0 for the others.
template <class L, class Env>
inline constexpr bool one_hot_observation = HasTables<Env, L>&& Env::about.observation_count() == 1;

// Rows of an observation.
template <class L, class Env>
LOCKSTEP_KERNEL std::int64_t observation_rows(const Worlds<typename L::scalar>& worlds) noexcept {
    if constexpr (one_hot_observation<L, Env>) {
        return worlds.model->states;
    } else {
        return Env::about.observation_count();
    }
}

template <class L, class Env>
class LanePlay {
public:
    using scalar = typename L::scalar;
    using real = typename L::real;
    using u32 = typename L::u32;
    using i32 = typename L::i32;
    using mask = typename L::mask;

    LOCKSTEP_INLINE LanePlay(const Worlds<scalar>& worlds, LaneWorlds<scalar>& lanes) noexcept
        : worlds_(worlds), lanes_(lanes), constants_(prepare<L, Env>(worlds, 0, false)) {}

    LOCKSTEP_INLINE void step(const Actions<scalar>& actions, scalar* observation) noexcept {
        State<L, Env> state = load_state<L, Env>(lanes_.state, lane_count);
        const u32 time = u32::load(lanes_.time), id = u32::load(lanes_.id);
        Rng<L, LaneKey<u32>> rng(load_key<L>(lanes_.dynamics), id, time);
        const auto action = load_action<L, Env>(actions, 0, lane_count);
        const Step<L> step = step_worlds<L, Env>(state, action, constants_, rng);
        (time + u32(1U)).store(lanes_.time);
        (real::load(lanes_.total) + step.reward).store(lanes_.total);
        const i32 length = i32::load(lanes_.length) + i32(1);
        length.store(lanes_.length);
        step.reward.store(lanes_.reward);
        lanes_.terminated = step.terminated.bits();
        lanes_.truncated = (length >= i32(worlds_.time_limit)).bits();
        store_state<L, Env>(state, lanes_.state, lane_count);
        write_observation(state, mask::from_bits(0xFFFFU), observation);
    }
    // Begins the next episode of the lanes whose bit is set.
    LOCKSTEP_INLINE void begin(std::uint32_t bits, scalar* observation) noexcept {
        const mask here = mask::from_bits(bits);
        const u32 episode = u32::load(lanes_.episode);
        const State<L, Env> fresh = reset_state<L, Env>(load_key<L>(lanes_.resets),
                                                        u32::load(lanes_.id), episode, constants_);
        State<L, Env> state = load_state<L, Env>(lanes_.state, lane_count);
        replace_state<L, Env>(here, state, fresh);
        store_state<L, Env>(state, lanes_.state, lane_count);
        select(here, episode + u32(1U), episode).store(lanes_.episode);
        select(here, real(0), real::load(lanes_.total)).store(lanes_.total);
        select(here, i32(0), i32::load(lanes_.length)).store(lanes_.length);
        write_observation(state, here, observation);
    }

private:
    LOCKSTEP_INLINE void write_observation(const State<L, Env>& state, const mask& here,
                                           scalar* observation) const noexcept {
        if constexpr (HasTables<Env, L>) {
            const i32 row = constants_.row + truncated(state.state);
            const u32 legal = legal_actions<L>(*constants_.model, row);
            select(here, legal, u32::load(lanes_.legal)).store(lanes_.legal);
        }
        if constexpr (one_hot_observation<L, Env>) {
            for (std::int64_t s = 0; s < worlds_.model->states; ++s) {
                const real there = select(state.state == real(s), real(1), real(0));
                put(there, here, observation + s * lane_count);
            }
        } else {
            const auto& seen = observation_of<L, Env>(state);
            for_each_column(seen, [&](const auto& column) LOCKSTEP_LAMBDA {
                put(column_as_real<L>(column), here, observation);
                observation += lane_count;
            });
        }
    }
    LOCKSTEP_INLINE static void put(const real& value, const mask& here, scalar* to) noexcept {
        select(here, value, real::load(to)).store(to);
    }

    const Worlds<scalar>& worlds_;
    LaneWorlds<scalar>& lanes_;
    const ConstantsOf<L, Env> constants_;
};

// One step of the sixteen worlds; `observation` receives what they show after it, before any reset.
template <class L, class Env>
LOCKSTEP_KERNEL void play(const Worlds<typename L::scalar>& worlds,
                          LaneWorlds<typename L::scalar>& lanes,
                          const Actions<typename L::scalar>& actions,
                          typename L::scalar* observation) noexcept {
    LanePlay<L, Env>(worlds, lanes).step(actions, observation);
}

// The lanes whose bit is set begin their next episode; the rows of the others do not change.
template <class L, class Env>
LOCKSTEP_KERNEL void begin_episodes(const Worlds<typename L::scalar>& worlds,
                                    LaneWorlds<typename L::scalar>& lanes, std::uint32_t bits,
                                    typename L::scalar* observation) noexcept {
    LanePlay<L, Env>(worlds, lanes).begin(bits, observation);
}

}  // namespace lockstep

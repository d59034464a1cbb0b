// One step of a block of worlds, and the resets that go with it.
//
// Owns:      autoreset, truncation, step counts and episode returns, once for all environments.
// Must not:  know any environment, or threads.
// Invariant: what a world sees depends on its id, its actions and the seed, never on its
// neighbours.
#pragma once

#include <initializer_list>

#include <lockstep/kernels/worlds.hpp>

namespace lockstep {

// Makes the next reset state of every world of the vector at `at` whose ready one has been used.
// Kept out of line: a vector needs it about once in fifteen steps under a random policy.
template <class L, class Env>
LOCKSTEP_KERNEL [[gnu::noinline]] void renew_ready(const Worlds<typename L::scalar>& w,
                                                   std::int64_t at) noexcept {
    using u32 = typename L::u32;
    const auto used = L::mask::from_bits(w.stale[at / lane_count]);
    const u32 held = u32::load(w.ready_episode + at);
    const u32 episode = select(used, held + u32(1), held);
    const auto state = reset_state<L, Env>(w.resets, world_ids<L>(w.first_id, at), episode,
                                           prepare<L, Env>(w, at, false));
    store_state<L, Env>(state, w.ready + at, w.stride);
    episode.store(w.ready_episode + at);
    w.stale[at / lane_count] = 0;
}

// Replaces the states of the `over` worlds by their ready ones.
template <class L, class Env>
LOCKSTEP_INLINE State<L, Env> take_ready(const Worlds<typename L::scalar>& w, std::int64_t at,
                                         const typename L::mask& over,
                                         const State<L, Env>& state) noexcept {
    const std::uint32_t wanted = over.bits();
    if ((wanted & w.stale[at / lane_count]) != 0) [[unlikely]]
        renew_ready<L, Env>(w, at);
    w.stale[at / lane_count] = static_cast<std::uint16_t>(w.stale[at / lane_count] | wanted);
    return select_state<L, Env>(over, load_state<L, Env>(w.ready + at, w.stride), state);
}

// Sixteen actions; zeros beyond the last world.
template <class L>
LOCKSTEP_INLINE typename L::i32 load_actions(const std::int32_t* actions, std::int64_t at,
                                             std::int64_t count) noexcept {
    if (at + lane_count <= count) [[likely]]
        return L::i32::load(actions + at);
    std::int32_t tail[lane_count] = {};
    for (std::int64_t i = at; i < count; ++i) tail[i - at] = actions[i];
    return L::i32::load(tail);
}

// Whether all of `count` actions are in 0 .. most.
template <class L>
bool actions_legal(const std::int32_t* actions, std::int64_t count, std::uint32_t most) noexcept {
    auto illegal = L::mask::none();
    for (std::int64_t at = 0; at < count; at += lane_count) {
        const auto numbers = bit_cast<std::uint32_t>(load_actions<L>(actions, at, count));
        illegal = illegal | (numbers > typename L::u32(most));
    }
    return !any(illegal);
}

// Steps the sixteen worlds at `at`.
template <class L, class Env, Autoreset mode>
LOCKSTEP_INLINE void step_vector(const Worlds<typename L::scalar>& w, std::int64_t at,
                                 const std::int32_t* actions, const auto& world,
                                 Key dynamics) noexcept {
    using real = typename L::real;
    using i32 = typename L::i32;
    using mask = typename L::mask;
    State<L, Env> state = load_state<L, Env>(w.state + at, w.stride);
    const i32 action = load_actions<L>(actions, at, w.count);
    const mask over = mask::load(w.terminated + at) | mask::load(w.truncated + at);

    Rng<L> rng(dynamics, world_ids<L>(w.first_id, at),
               typename L::u32(static_cast<std::uint32_t>(w.time)));
    Step<L> step = Env::template step<L>(state, action, world, rng);
    i32 length = i32::load(w.episode_length + at);
    real total = real::load(w.episode_return + at);
    if constexpr (mode == Autoreset::disabled) {
        const mask ended = mask::load(w.ended + at);
        step.reward = select(ended, step.reward_after, step.reward);
        (ended | step.terminated).store(w.ended + at);
    } else {
        length = select(over, i32(0), length);
        total = select(over, real(0), total);
    }
    length += i32(1);
    mask truncated = length >= i32(w.time_limit);
    if constexpr (mode == Autoreset::next_step) {
        state = take_ready<L, Env>(w, at, over, state);
        step.reward = select(over, real(0), step.reward);
        step.terminated = step.terminated & ~over;
        truncated = truncated & ~over;
        length = select(over, i32(0), length);
    }
    total += step.reward;
    if constexpr (mode == Autoreset::same_step) {
        store_observation<L, Env>(state, w.final_observation + at, w.stride);
        state = take_ready<L, Env>(w, at, step.terminated | truncated, state);
    }
    store_world<L, Env>(w, at, state);
    step.reward.store(w.reward + at);
    step.terminated.store(w.terminated + at);
    truncated.store(w.truncated + at);
    length.store(w.episode_length + at);
    total.store(w.episode_return + at);
}

// Steps the worlds [begin, end), both multiples of sixteen. `actions` has one element a world.
template <class L, class Env, Autoreset mode>
LOCKSTEP_KERNEL void step_block(const Worlds<typename L::scalar>& w, std::int64_t begin,
                                std::int64_t end, const std::int32_t* actions) noexcept {
    const Key dynamics = at_epoch(w.dynamics, w.time);
    for_each_vector<L, Env>(w, begin, end, mode == Autoreset::disabled,
                            [&](std::int64_t at, const auto& world) {
                                step_vector<L, Env, mode>(w, at, actions, world, dynamics);
                            });
}

// Stores `state` and clears rewards, flags and counts where `here` is set.
template <class L, class Env>
LOCKSTEP_INLINE void begin_episode(const Worlds<typename L::scalar>& w, std::int64_t at,
                                   const typename L::mask& here,
                                   const State<L, Env>& state) noexcept {
    using real = typename L::real;
    using i32 = typename L::i32;
    store_world<L, Env>(w, at, state);
    for (std::uint8_t* flags : {w.terminated, w.truncated, w.ended}) {
        (L::mask::load(flags + at) & ~here).store(flags + at);
    }
    for (auto* column : {w.reward, w.episode_return}) {
        select(here, real(0), real::load(column + at)).store(column + at);
    }
    select(here, i32(0), i32::load(w.episode_length + at)).store(w.episode_length + at);
}

// Begins a new episode in the worlds of [begin, end) whose byte in `chosen` is not 0 (all, if
// null).
template <class L, class Env>
LOCKSTEP_KERNEL void reset_block(const Worlds<typename L::scalar>& w, std::int64_t begin,
                                 std::int64_t end, const std::uint8_t* chosen) noexcept {
    using mask = typename L::mask;
    for (std::int64_t at = begin; at < end; at += lane_count) {
        const mask here = chosen != nullptr ? mask::load(chosen + at) : mask::first(lane_count);
        const auto state =
            take_ready<L, Env>(w, at, here, load_state<L, Env>(w.state + at, w.stride));
        begin_episode<L, Env>(w, at, here, state);
    }
}

// Replaces the states of the chosen worlds, and nothing else: world i begins as its uniform draws
// draws[d * draw_stride + i], each in [0, 1), make it.
template <class L, class Env>
LOCKSTEP_KERNEL void redraw_block(const Worlds<typename L::scalar>& w, std::int64_t begin,
                                  std::int64_t end, const std::uint8_t* chosen, const double* draws,
                                  std::int64_t draw_stride) noexcept {
    for (std::int64_t at = begin; at < end; at += lane_count) {
        RecordedDraws<L> rng(draws + at, draw_stride);
        const State<L, Env> fresh = Env::template reset<L>(prepare<L, Env>(w, at, false), rng);
        const State<L, Env> present = load_state<L, Env>(w.state + at, w.stride);
        store_world<L, Env>(w, at,
                            select_state<L, Env>(L::mask::load(chosen + at), fresh, present));
    }
}

}  // namespace lockstep

// One step of a block of worlds, and the resets that go with it.
//
// Owns:      autoreset, truncation, step counts and episode returns, once for all environments.
// Must not:  know any environment, or threads.
// Invariant: what a world sees depends on its id, its actions and the seed, never on its
// neighbours.
#pragma once

#include <cstring>
#include <initializer_list>

#include <lockstep/kernels/worlds.hpp>

namespace lockstep {

// Makes the next reset state of every world of the vector at `at` whose ready one has been used.
template <class L, class Env>
LOCKSTEP_KERNEL [[gnu::noinline]] void renew_ready(const Worlds<typename L::scalar>& w,
                                                   std::int64_t at) noexcept {
    using u32 = typename L::u32;
    const auto used = L::mask::from_bits(w.stale[at / lane_count]);
    const u32 held = u32::load(w.ready_episode + at);
    const u32 episode = select(used, held + u32(1), held);
    const auto state = reset_state<L, Env>(w.resets, world_ids<L>(w.first_id, at), episode,
                                           prepare<L, Env>(w, at, false));
    store_state<L, Env>(state, ready_states<L, Env>(w, at), lane_count);
    episode.store(w.ready_episode + at);
    w.stale[at / lane_count] = 0;
}

// The same for several vectors at once, whose chains of operations fill each other's gaps. Worlds
// of tables begin with a single draw.
inline constexpr int renewed_together = 4;
template <class L, class Env>
LOCKSTEP_KERNEL [[gnu::noinline]] void renew_several(const Worlds<typename L::scalar>& w,
                                                     std::int64_t first) noexcept {
    using u32 = typename L::u32;
    constexpr int count = renewed_together;
    Key key[count];
    u32 id[count], episode[count];
    WordPair<u32> words[count];
    for (int v = 0; v < count; ++v) {
        const std::int64_t at = first + std::int64_t{v} * lane_count;
        const auto used = L::mask::from_bits(w.stale[at / lane_count]);
        const u32 held = u32::load(w.ready_episode + at);
        key[v] = w.resets;
        id[v] = world_ids<L>(w.first_id, at);
        episode[v] = select(used, held + u32(1), held);
    }
    threefry_each(key, id, episode, words);
    for (int v = 0; v < count; ++v) {
        const std::int64_t at = first + std::int64_t{v} * lane_count;
        FirstDraw<L> draw(words[v].first);
        const auto state = Env::template reset<L>(prepare<L, Env>(w, at, false), draw);
        store_state<L, Env>(state, ready_states<L, Env>(w, at), lane_count);
        episode[v].store(w.ready_episode + at);
        w.stale[at / lane_count] = 0;
    }
}

// Worlds of tables may end within a few steps: renews all vectors at every step, where one world in
// eight has used its state.
template <class L, class Env>
LOCKSTEP_INLINE void renew_often(const Worlds<typename L::scalar>& w, std::int64_t begin,
                                 std::int64_t end) noexcept {
    constexpr std::int64_t group = std::int64_t{renewed_together} * lane_count;
    for (std::int64_t at = begin; at + group <= end; at += group) {
        std::uint64_t stale;
        static_assert(sizeof stale == renewed_together * sizeof *w.stale);
        std::memcpy(&stale, w.stale + at / lane_count, sizeof stale);
        if (__builtin_popcountll(stale) >= group / 8) renew_several<L, Env>(w, at);
    }
}

// Renews each vector of the block every eighth step, in turn. That is more often than they would
// ask: but asking is a branch that nobody can predict, found out at the end of a step's arithmetic.
template <class L, class Env>
LOCKSTEP_INLINE void renew_in_turn(const Worlds<typename L::scalar>& w, std::int64_t begin,
                                   std::int64_t end) noexcept {
    if constexpr (HasTables<Env, L>) renew_often<L, Env>(w, begin, end);
    constexpr std::int64_t turns = 8;
    const auto turn = (begin / lane_count + static_cast<std::int64_t>(w.time)) % turns;
    for (std::int64_t at = begin + turn * lane_count; at < end; at += turns * lane_count) {
        if (w.stale[at / lane_count] != 0) renew_ready<L, Env>(w, at);
    }
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
    return select_state<L, Env>(over, load_state<L, Env>(ready_states<L, Env>(w, at), lane_count),
                                state);
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
    using u32 = typename L::u32;
    const std::int64_t whole = count / lane_count * lane_count;
    auto illegal = bit_cast<std::uint32_t>(load_actions<L>(actions, whole, count)) > u32(most);
    for (std::int64_t at = 0; at < whole; at += lane_count) {
        illegal = illegal | (bit_cast<std::uint32_t>(L::i32::load(actions + at)) > u32(most));
    }
    return !any(illegal);
}

// Steps the sixteen worlds at `at`.
template <class L, class Env, Autoreset mode>
LOCKSTEP_INLINE void step_vector(const Worlds<typename L::scalar>& w, std::int64_t at,
                                 const std::int32_t* actions, const auto& constants,
                                 Key dynamics) noexcept {
    using real = typename L::real;
    using i32 = typename L::i32;
    using mask = typename L::mask;
    State<L, Env> state = load_state<L, Env>(w.state + at, w.stride);
    const i32 action = load_actions<L>(actions, at, w.count);
    const mask over = over_at<L>(w, at);

    Rng<L> rng(dynamics, world_ids<L>(w.first_id, at),
               typename L::u32(static_cast<std::uint32_t>(w.time)));
    Step<L> step = Env::template step<L>(state, action, constants, rng);
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
    w.over[at / lane_count] = static_cast<std::uint16_t>((step.terminated | truncated).bits());
    length.store(w.episode_length + at);
    total.store(w.episode_return + at);
}

// Steps the worlds [begin, end), both multiples of sixteen. `actions` has one element a world.
template <class L, class Env, Autoreset mode>
LOCKSTEP_KERNEL [[gnu::noinline]] void step_block(const Worlds<typename L::scalar>& w,
                                                  std::int64_t begin, std::int64_t end,
                                                  const std::int32_t* actions) noexcept {
    const Key dynamics = at_epoch(w.dynamics, w.time);
    if constexpr (mode != Autoreset::disabled) renew_in_turn<L, Env>(w, begin, end);
    for_each_vector<L, Env>(w, begin, end, mode == Autoreset::disabled,
                            [&](std::int64_t at, const auto& constants) LOCKSTEP_LAMBDA {
                                step_vector<L, Env, mode>(w, at, actions, constants, dynamics);
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
    w.over[at / lane_count] = static_cast<std::uint16_t>((over_at<L>(w, at) & ~here).bits());
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

// One step of a block of worlds, and the resets that go with it.
//
// Owns:      autoreset, truncation, step counts and episode returns, once for all environments.
// Must not:  know any environment, or threads.
// Invariant: what a world sees depends on its id, its actions and the seed, never on its neighbors.
#pragma once

#include <cstring>
#include <initializer_list>
#include <limits>

#include <lockstep/detail/block/parts.hpp>

namespace lockstep {

// Makes a new next reset state for every world of the vector at `at` that has consumed its own.
template <class L, class Env>
LOCKSTEP_KERNEL [[gnu::noinline]] void prefetch_reset(const Worlds<typename L::scalar>& w,
                                                      std::int64_t at) noexcept {
    using u32 = typename L::u32;
    const auto used = L::mask::from_bits(w.reset_consumed[at / lane_count]);
    const u32 held = u32::load(w.next_episode + at);
    const u32 episode = select(used, held + u32(1), held);
    const auto state = reset_state<L, Env>(w.resets, world_ids<L>(w.first_id, at), episode,
                                           prepare<L, Env>(w, at, false));
    store_state<L, Env>(state, next_resets<L, Env>(w, at), lane_count);
    episode.store(w.next_episode + at);
    w.reset_consumed[at / lane_count] = 0;
}

// The same for several vectors at once, whose dependency chains overlap. Environments with tables
// make a single draw per reset.
inline constexpr int prefetched_together = 4;
template <class L, class Env>
LOCKSTEP_KERNEL [[gnu::noinline]] void prefetch_resets_x4(const Worlds<typename L::scalar>& w,
                                                          std::int64_t first) noexcept {
    using u32 = typename L::u32;
    constexpr int count = prefetched_together;
    Key key[count];
    u32 id[count], episode[count];
    WordPair<u32> words[count];
    for (int v = 0; v < count; ++v) {
        const std::int64_t at = first + std::int64_t{v} * lane_count;
        const auto used = L::mask::from_bits(w.reset_consumed[at / lane_count]);
        const u32 held = u32::load(w.next_episode + at);
        key[v] = w.resets;
        id[v] = world_ids<L>(w.first_id, at);
        episode[v] = select(used, held + u32(1), held);
    }
    threefry_each(key, id, episode, words);
    for (int v = 0; v < count; ++v) {
        const std::int64_t at = first + std::int64_t{v} * lane_count;
        FirstDraw<L> draw(words[v].first);
        const auto state = Env::template reset<L>(prepare<L, Env>(w, at, false), draw);
        store_state<L, Env>(state, next_resets<L, Env>(w, at), lane_count);
        episode[v].store(w.next_episode + at);
        w.reset_consumed[at / lane_count] = 0;
    }
}

// Episodes of environments with tables may last only a few steps. At every step, this renews each
// group of vectors in which one world in eight has consumed its reset state.
template <class L, class Env>
LOCKSTEP_INLINE void prefetch_due(const Worlds<typename L::scalar>& w, std::int64_t begin,
                                  std::int64_t end) noexcept {
    constexpr std::int64_t group = std::int64_t{prefetched_together} * lane_count;
    for (std::int64_t at = begin; at + group <= end; at += group) {
        std::uint64_t reset_consumed;
        static_assert(sizeof reset_consumed == prefetched_together * sizeof *w.reset_consumed);
        std::memcpy(&reset_consumed, w.reset_consumed + at / lane_count, sizeof reset_consumed);
        if (__builtin_popcountll(reset_consumed) >= group / 8) prefetch_resets_x4<L, Env>(w, at);
    }
}

// Renews each vector of the block every eighth step, in turn. That is more often than needed, but a
// check would be an unpredictable branch that resolves only after the step's arithmetic. Where
// states are large, making one takes as long as a step of long episodes, and has time.
template <class L, class Env>
LOCKSTEP_INLINE void prefetch_round_robin(const Worlds<typename L::scalar>& w, std::int64_t begin,
                                          std::int64_t end) noexcept {
    if constexpr (HasTables<Env, L>) prefetch_due<L, Env>(w, begin, end);
    constexpr std::int64_t turns = large_state<L, Env> ? 64 : 8;
    const auto turn = (begin / lane_count + static_cast<std::int64_t>(w.time)) % turns;
    for (std::int64_t at = begin + turn * lane_count; at < end; at += turns * lane_count) {
        if (w.reset_consumed[at / lane_count] != 0) prefetch_reset<L, Env>(w, at);
    }
}

// Replaces the states of the `done` worlds by their next reset states.
template <class L, class Env>
LOCKSTEP_INLINE void consume_reset(const Worlds<typename L::scalar>& w, std::int64_t at,
                                   const typename L::mask& done, State<L, Env>& state) noexcept {
    const std::uint32_t wanted = done.bits();
    if constexpr (large_state<L, Env>) {
        if (wanted == 0) return;
    }
    if ((wanted & w.reset_consumed[at / lane_count]) != 0) [[unlikely]]
        prefetch_reset<L, Env>(w, at);
    w.reset_consumed[at / lane_count] =
        static_cast<std::uint16_t>(w.reset_consumed[at / lane_count] | wanted);
    replace_state<L, Env>(done, state, load_state<L, Env>(next_resets<L, Env>(w, at), lane_count));
}

// Sixteen elements of a column; zeros beyond the last world.
template <class Vec>
LOCKSTEP_INLINE Vec load_padded(const typename Vec::value_type* column, std::int64_t at,
                                std::int64_t count) noexcept {
    if (at + lane_count <= count) [[likely]]
        return Vec::load(column + at);
    typename Vec::value_type tail[lane_count] = {};
    for (std::int64_t i = at; i < count; ++i) tail[i - at] = column[i];
    return Vec::load(tail);
}

// Converts the caller's action to what the environment's step takes.
template <class L, class Env>
LOCKSTEP_INLINE auto as_action(const auto& action) noexcept {
    if constexpr (HasActionColumns<Env, L>) {
        return [&]<int... k>(std::integer_sequence<int, k...>) LOCKSTEP_LAMBDA {
            return ActionOf<L, Env>{detail::ActionNumber<L>{action.column[k]}...};
        }
        (std::make_integer_sequence<int, Env::about.action_column_count()>());
    } else {
        return action;
    }
}

// The actions of the sixteen worlds at `at`, out of `count` worlds.
template <class L, class Env>
LOCKSTEP_INLINE ActionOf<L, Env> load_action(const Actions<typename L::scalar>& actions,
                                             std::int64_t at, std::int64_t count) noexcept {
    if constexpr (HasActionColumns<Env, L>) {
        constexpr int columns = Env::about.action_column_count();
        ActionColumns<L, columns> action;
        for (int k = 0; k < columns; ++k) {
            action.column[k] =
                load_padded<typename L::real>(actions.value + k * actions.stride, at, count);
        }
        return as_action<L, Env>(action);
    } else {
        return load_padded<typename L::i32>(actions.number, at, count);
    }
}

// Whether a column's numbers are legal in an action: finite, or one of the options.
template <class L>
LOCKSTEP_INLINE auto column_legal(const typename L::real& value, int options) noexcept {
    using real = typename L::real;
    if (options == 0) return abs(value) <= real(std::numeric_limits<typename L::scalar>::max());
    return (value >= real(0)) & (value < real(options)) & (floor(value) == value);
}

// Whether all of `count` actions are legal: numbers up to `most`, or columns as described.
template <class L, class Env>
bool actions_legal(const Actions<typename L::scalar>& actions, std::int64_t count,
                   std::uint32_t most) noexcept {
    auto legal = L::mask::first(lane_count);
    for (std::int64_t at = 0; at < count; at += lane_count) {
        if constexpr (HasActionColumns<Env, L>) {
            const typename L::scalar* column = actions.value;
            for (const ActionInfo& info : Env::about.action_columns) {
                const auto value = load_padded<typename L::real>(column, at, count);
                legal = legal & column_legal<L>(value, info.option_count());
                column += actions.stride;
            }
        } else {
            const auto number = load_padded<typename L::i32>(actions.number, at, count);
            legal = legal & (bit_cast<std::uint32_t>(number) <= typename L::u32(most));
        }
    }
    return all(legal);
}

// What follows a step of the sixteen worlds at `at`: counts, resets, and the columns.
template <class L, class Env, Autoreset mode>
LOCKSTEP_INLINE void finish_step(const Worlds<typename L::scalar>& w, std::int64_t at,
                                 State<L, Env>& state, Step<L> step) noexcept {
    using real = typename L::real;
    using i32 = typename L::i32;
    using mask = typename L::mask;
    const mask done = done_at<L>(w, at);
    i32 length = i32::load(w.episode_length + at);
    real total = real::load(w.episode_return + at);
    if constexpr (mode == Autoreset::disabled) {
        const mask already_terminated = mask::load(w.already_terminated + at);
        step.reward = select(already_terminated, step.reward_after, step.reward);
        (already_terminated | step.terminated).store(w.already_terminated + at);
    } else {
        length = select(done, i32(0), length);
        total = select(done, real(0), total);
    }
    length += i32(1);
    mask truncated = length >= i32(w.time_limit);
    if constexpr (mode == Autoreset::next_step) {
        consume_reset<L, Env>(w, at, done, state);
        step.reward = select(done, real(0), step.reward);
        step.terminated = step.terminated & ~done;
        truncated = truncated & ~done;
        length = select(done, i32(0), length);
    }
    total += step.reward;
    if constexpr (mode == Autoreset::same_step) {
        store_observation<L, Env>(state, w.final_observation, w.final_observation_bits, w.stride,
                                  at, w.count - at);
        consume_reset<L, Env>(w, at, step.terminated | truncated, state);
    }
    store_world<L, Env>(w, at, state);
    step.reward.store(w.reward + at);
    step.terminated.store(w.terminated + at);
    truncated.store(w.truncated + at);
    w.done[at / lane_count] = static_cast<std::uint16_t>((step.terminated | truncated).bits());
    length.store(w.episode_length + at);
    total.store(w.episode_return + at);
}

// Steps the worlds [begin, end), both multiples of sixteen.
template <class L, class Env, Autoreset mode>
LOCKSTEP_KERNEL [[gnu::noinline]] void step_block(
    const Worlds<typename L::scalar>& w, std::int64_t begin, std::int64_t end,
    const Actions<typename L::scalar>& actions) noexcept {
    const Key dynamics = at_epoch(w.dynamics, w.time);
    if constexpr (mode != Autoreset::disabled) prefetch_round_robin<L, Env>(w, begin, end);
    if constexpr (StepsInParts<Env, L>) {
        steps_in_parts<L, Env>(
            w, begin, end, dynamics,
            [&](std::int64_t at)
                LOCKSTEP_LAMBDA { return load_action<L, Env>(actions, at, w.count); },
            [&](std::int64_t at, State<L, Env>& state, const Step<L>& step)
                LOCKSTEP_LAMBDA { finish_step<L, Env, mode>(w, at, state, step); });
    } else {
        for_each_vector<L, Env>(
            w, begin, end, mode == Autoreset::disabled,
            [&](std::int64_t at, const auto& constants) LOCKSTEP_LAMBDA {
                State<L, Env> state = load_state<L, Env>(w.state, w.stride, at);
                const auto action = load_action<L, Env>(actions, at, w.count);
                with_step_draws<L, Env>(w, at, dynamics, [&](auto& random) LOCKSTEP_LAMBDA {
                    const Step<L> step = Env::template step<L>(state, action, constants, random);
                    finish_step<L, Env, mode>(w, at, state, step);
                });
            });
    }
}

// Stores `state` and clears rewards, flags and counts where `here` is set.
template <class L, class Env>
LOCKSTEP_INLINE void begin_episode(const Worlds<typename L::scalar>& w, std::int64_t at,
                                   const typename L::mask& here,
                                   const State<L, Env>& state) noexcept {
    using real = typename L::real;
    using i32 = typename L::i32;
    store_world<L, Env>(w, at, state);
    for (std::uint8_t* flags : {w.terminated, w.truncated, w.already_terminated}) {
        (L::mask::load(flags + at) & ~here).store(flags + at);
    }
    w.done[at / lane_count] = static_cast<std::uint16_t>((done_at<L>(w, at) & ~here).bits());
    for (auto* column : {w.reward, w.episode_return}) {
        select(here, real(0), real::load(column + at)).store(column + at);
    }
    select(here, i32(0), i32::load(w.episode_length + at)).store(w.episode_length + at);
}

// Begins a new episode in the worlds of [begin, end) whose byte in `chosen` is not 0; null: in all.
template <class L, class Env>
LOCKSTEP_KERNEL void reset_block(const Worlds<typename L::scalar>& w, std::int64_t begin,
                                 std::int64_t end, const std::uint8_t* chosen) noexcept {
    using mask = typename L::mask;
    for (std::int64_t at = begin; at < end; at += lane_count) {
        const mask here = chosen != nullptr ? mask::load(chosen + at) : mask::first(lane_count);
        State<L, Env> state = load_state<L, Env>(w.state, w.stride, at);
        consume_reset<L, Env>(w, at, here, state);
        begin_episode<L, Env>(w, at, here, state);
    }
}

// Replaces the states of the chosen worlds, and nothing else, by those that the recorded numbers
// produce in a reset.
template <class L, class Env>
LOCKSTEP_KERNEL void redraw_block(const Worlds<typename L::scalar>& w, std::int64_t begin,
                                  std::int64_t end, const std::uint8_t* chosen,
                                  const RecordedNumbers& numbers) noexcept {
    for (std::int64_t at = begin; at < end; at += lane_count) {
        RecordedDraws<L> random({numbers.number + at, numbers.stride});
        State<L, Env> state = load_state<L, Env>(w.state, w.stride, at);
        replace_state<L, Env>(L::mask::load(chosen + at), state,
                              Env::template reset<L>(prepare<L, Env>(w, at, false), random));
        store_world<L, Env>(w, at, state);
    }
}

// What a reset draws, and a step if steps draw in Gymnasium's order.
template <class L, class Env>
LOCKSTEP_KERNEL void plan_draws(const Worlds<typename L::scalar>& w, DrawPlan& of_reset,
                                DrawPlan& of_step) noexcept {
    const auto constants = prepare<L, Env>(w, 0, false);
    RecordedDraws<L> at_reset({}), at_step({});
    State<L, Env> state = Env::template reset<L>(constants, at_reset);
    of_reset = at_reset.drawn();
    if constexpr (Env::about.gymnasium_draws == GymnasiumDraws::steps) {
        constexpr int columns = Env::about.action_column_count();
        static constexpr typename L::scalar zero[lane_count * (columns > 0 ? columns : 1)] = {};
        static constexpr std::int32_t none[lane_count] = {};
        const auto action = load_action<L, Env>({none, zero, lane_count}, 0, lane_count);
        step_worlds<L, Env>(state, action, constants, at_step);
        of_step = at_step.drawn();
    }
}

}  // namespace lockstep

// The columns of a VectorEnv as the kernels see them: plain pointers, one element per world.
//
// Owns:      the layout shared by engine and kernels; loads and stores of sixteen worlds.
// Must not:  allocate, or know who calls.
// Invariant: every column holds a multiple of sixteen elements; the worlds beyond `count` are
//            stepped like the others and never reported.
#pragma once

#include <type_traits>
#include <utility>

#include <lockstep/detail/contract/transition_tables.hpp>
#include <lockstep/detail/random/rng.hpp>
#include <lockstep/environment.hpp>

namespace lockstep {

// Column k of a group begins k * stride elements after the group's pointer.
template <class Real>
struct Worlds {
    std::int64_t count;
    std::int64_t stride;
    Real* state;
    // `observation` shares the columns of `state` where the environment shows its state.
    // `final_observation` is that of the last step, before autoreset; except in same-step mode it
    // shares the columns of `observation`.
    Real *observation, *final_observation;
    // Columns of bits: sixteen worlds per element. Column k begins at element k * stride / 16.
    std::uint16_t *observation_bits, *final_observation_bits;
    Real* next_reset;       // reset states made in advance: [vector][column][lane]
    const Real* parameter;  // a column per parameter; if all worlds share it, sixteen lanes each
    Real* reward;
    Real* episode_return;  // of the episode that the last step belonged to, that step included
    std::int32_t* episode_length;  // its number of steps
    std::uint32_t* next_episode;   // the episode that `next_reset` begins
    // One bit per world, sixteen to an element. reset_consumed: `next_reset` has been used and
    // begins the current episode. done: the last step ended an episode.
    std::uint16_t* reset_consumed;
    std::uint16_t* done;
    std::uint8_t* terminated;
    std::uint8_t* truncated;
    std::uint8_t* already_terminated;  // without autoreset: terminated at this or an earlier step
                                       // of the episode

    const TransitionTables* model;  // null where the environment has no tables
    bool parameter_per_world;
    const std::int32_t* choices;  // for each choice, its word's index, in declared order
    std::int32_t time_limit;
    std::uint32_t first_id;  // world i draws its random numbers as world first_id + i
    Key resets, dynamics, actions;
    // Null unless steps draw numbers that were recorded, instead of their own.
    RecordedNumbers step_numbers;
    std::uint64_t time;  // steps since the whole VectorEnv was seeded
};

// What each world is to do next: one number per world, or, in an environment with action columns, a
// value for each column, where column k of world i is value[k * stride + i].
template <class Real>
struct Actions {
    const std::int32_t* number = nullptr;
    const Real* value = nullptr;
    std::int64_t stride = 0;
};
// Where a policy's actions go.
template <class Real>
struct ChosenActions {
    std::int32_t* number = nullptr;
    Real* value = nullptr;
    std::int64_t stride = 0;

    operator Actions<Real>() const noexcept { return {number, value, stride}; }
};

// A random stream's key for the 2^32 steps around `time`.
LOCKSTEP_INLINE Key at_epoch(Key key, std::uint64_t time) noexcept {
    return {{key.words[0], key.words[1] + static_cast<std::uint32_t>(time >> 32) * 0x9E3779B9U}};
}

template <class L>
LOCKSTEP_INLINE typename L::u32 world_ids(std::uint32_t first_id, std::int64_t at) noexcept {
    return typename L::u32(first_id + static_cast<std::uint32_t>(at)) + L::u32::iota();
}

// States of many columns are moved by functions of their own: inlined wherever a state is loaded,
// stored or replaced, the moves would make up most of the code to compile.
template <class L, class Env>
inline constexpr bool large_state = column_count<State<L, Env>> > 32;

namespace detail {

template <class L, class Env>
LOCKSTEP_INLINE void load_columns(State<L, Env>& state, const typename L::scalar* columns,
                                  std::int64_t stride, std::int64_t at) noexcept {
    for_each_column(state, [&]<class T>(T& column) LOCKSTEP_LAMBDA {
        column = load_column<L, T>(columns, at);
        columns += stride;
    });
}
template <class L, class Env>
LOCKSTEP_KERNEL [[gnu::noinline]] void load_many(State<L, Env>& state,
                                                 const typename L::scalar* columns,
                                                 std::int64_t stride, std::int64_t at) noexcept {
    load_columns<L, Env>(state, columns, stride, at);
}
template <class L, class Env>
LOCKSTEP_INLINE void store_columns(const State<L, Env>& state, typename L::scalar* columns,
                                   std::int64_t stride, std::int64_t at) noexcept {
    for_each_column(state, [&](const auto& column) LOCKSTEP_LAMBDA {
        store_column<L>(column, columns, at);
        columns += stride;
    });
}
template <class L, class Env>
LOCKSTEP_KERNEL [[gnu::noinline]] void store_many(const State<L, Env>& state,
                                                  typename L::scalar* columns, std::int64_t stride,
                                                  std::int64_t at) noexcept {
    store_columns<L, Env>(state, columns, stride, at);
}
// `state` becomes `other` where `here` is set.
template <class L, class Env>
LOCKSTEP_INLINE void replace_columns(const typename L::mask& here, State<L, Env>& state,
                                     const State<L, Env>& other) noexcept {
    for_each_column_pair(state, other, [&]<class T>(T& column, const T& from) LOCKSTEP_LAMBDA {
        if constexpr (std::is_same_v<T, mask<L>>)
            column = (here & from) | (~here & column);
        else
            column = select(here, from, column);
    });
}
template <class L, class Env>
LOCKSTEP_KERNEL [[gnu::noinline]] void replace_many(const typename L::mask& here,
                                                    State<L, Env>& state,
                                                    const State<L, Env>& other) noexcept {
    replace_columns<L, Env>(here, state, other);
}

}  // namespace detail

// The states of the sixteen worlds at `at`.
template <class L, class Env>
LOCKSTEP_INLINE State<L, Env> load_state(const typename L::scalar* columns, std::int64_t stride,
                                         std::int64_t at = 0) noexcept {
    State<L, Env> state;
    if constexpr (large_state<L, Env>)
        detail::load_many<L, Env>(state, columns, stride, at);
    else
        detail::load_columns<L, Env>(state, columns, stride, at);
    return state;
}

template <class L, class Env>
LOCKSTEP_INLINE void store_state(const State<L, Env>& state, typename L::scalar* columns,
                                 std::int64_t stride, std::int64_t at = 0) noexcept {
    if constexpr (large_state<L, Env>)
        detail::store_many<L, Env>(state, columns, stride, at);
    else
        detail::store_columns<L, Env>(state, columns, stride, at);
}

// The states `other` where `here` is set.
template <class L, class Env>
LOCKSTEP_INLINE void replace_state(const typename L::mask& here, State<L, Env>& state,
                                   const State<L, Env>& other) noexcept {
    if constexpr (large_state<L, Env>)
        detail::replace_many<L, Env>(here, state, other);
    else
        detail::replace_columns<L, Env>(here, state, other);
}

// What an environment shows of a state.
template <class L, class Env>
LOCKSTEP_INLINE decltype(auto) observation_of(const State<L, Env>& state) noexcept {
    if constexpr (HasObservation<Env, L>) {
        return Env::template observe<L>(state);
    } else {
        return (state);
    }
}

// The same as an array: observation[about.observation_count()].
template <class L, class Env>
LOCKSTEP_INLINE void observe(const State<L, Env>& state, typename L::real* observation) noexcept {
    const auto& seen = observation_of<L, Env>(state);
    for_each_column(seen, [&](const auto& column)
                              LOCKSTEP_LAMBDA { *observation++ = column_as_real<L>(column); });
}

// Stores sixteen worlds' observations. Only those in `there` exist; the others get no bits.
template <class L, class Env>
LOCKSTEP_INLINE void store_observation(const State<L, Env>& state, typename L::scalar* columns,
                                       std::uint16_t* bits, std::int64_t stride, std::int64_t at,
                                       std::int64_t there) noexcept {
    const std::uint32_t worlds = there >= lane_count ? 0xFFFFU : (1U << there) - 1U;
    const auto& seen = observation_of<L, Env>(state);
    for_each_column(seen, [&]<class T>(const T& column) LOCKSTEP_LAMBDA {
        if constexpr (std::is_same_v<T, mask<L>>) {
            bits[at / lane_count] = static_cast<std::uint16_t>(column.bits() & worlds);
            bits += stride / lane_count;
        } else {
            detail::store_column<L>(column, columns, at);
            columns += stride;
        }
    });
}

// State and observation of the sixteen worlds at `at`.
template <class L, class Env>
LOCKSTEP_INLINE void store_world(const Worlds<typename L::scalar>& w, std::int64_t at,
                                 const State<L, Env>& state) noexcept {
    store_state<L, Env>(state, w.state, w.stride, at);
    if constexpr (!Env::about.observes_state()) {
        store_observation<L, Env>(state, w.observation, w.observation_bits, w.stride, at,
                                  w.count - at);
    }
}

// Where the next reset states of the sixteen worlds at `at` begin.
template <class L, class Env>
LOCKSTEP_INLINE typename L::scalar* next_resets(const Worlds<typename L::scalar>& w,
                                                std::int64_t at) noexcept {
    return w.next_reset + at * Env::about.state_count();
}

// Which of the sixteen worlds at `at` ended an episode in their last step.
template <class L>
LOCKSTEP_INLINE typename L::mask done_at(const Worlds<typename L::scalar>& w,
                                         std::int64_t at) noexcept {
    return L::mask::from_bits(w.done[at / lane_count]);
}

// Parameters<L> from values in declared order, then the word indices of the choices.
template <class L, class Env>
LOCKSTEP_INLINE ParametersOf<L, Env> parameters_from(const auto& parameter,
                                                     const std::int32_t* choices) noexcept {
    return [&]<int... p, int... c>(std::integer_sequence<int, p...>,
                                   std::integer_sequence<int, c...>) LOCKSTEP_LAMBDA {
        return ParametersOf<L, Env>{parameter(p)..., detail::Word{choices[c]}...};
    }
    (std::make_integer_sequence<int, Env::about.parameter_count()>(),
     std::make_integer_sequence<int, Env::about.choice_count()>());
}

// The constants of the sixteen worlds at `at`.
template <class L, class Env>
LOCKSTEP_INLINE ConstantsOf<L, Env> prepare(const Worlds<typename L::scalar>& w, std::int64_t at,
                                            bool after_end) noexcept {
    const typename L::scalar* columns = w.parameter + (w.parameter_per_world ? at : 0);
    const std::int64_t stride = w.parameter_per_world ? w.stride : lane_count;
    const auto parameter = [&](int i)
                               LOCKSTEP_LAMBDA { return L::real::load(columns + i * stride); };
    if constexpr (HasTables<Env, L>) {
        return Env::template prepare<L>(parameter, *w.model, after_end);
    } else if constexpr (std::is_same_v<ConstantsOf<L, Env>, ParametersOf<L, Env>>) {
        return parameters_from<L, Env>(parameter, w.choices);
    } else {
        return Env::template prepare<L>(parameters_from<L, Env>(parameter, w.choices), after_end);
    }
}

// Calls body(at, constants) for the vectors of [begin, end).
template <class L, class Env>
LOCKSTEP_INLINE void for_each_vector(const Worlds<typename L::scalar>& w, std::int64_t begin,
                                     std::int64_t end, bool after_end, auto&& body) noexcept {
    ConstantsOf<L, Env> constants = prepare<L, Env>(w, begin, after_end);
    if (!w.parameter_per_world &&
        when_common_case<L, Env>(constants, [&](const auto& common) LOCKSTEP_LAMBDA {
            for (std::int64_t at = begin; at < end; at += lane_count) body(at, common);
        }))
        return;
    for (std::int64_t at = begin; at < end; at += lane_count) {
        if (w.parameter_per_world) constants = prepare<L, Env>(w, at, after_end);
        body(at, constants);
    }
}

// The state in which each lane's world `id` begins its episode `episode`.
template <class L, class Env, class AnyKey>
LOCKSTEP_INLINE State<L, Env> reset_state(const AnyKey& key, const typename L::u32& id,
                                          const typename L::u32& episode,
                                          const ConstantsOf<L, Env>& constants) noexcept {
    Rng<L, AnyKey, HasTables<Env, L> ? 1 : 2> rng(key, id, episode);
    return Env::template reset<L>(constants, rng);
}

}  // namespace lockstep

// The interface between the engine and an environment.
//
// Owns:      the concept, actions and the result of a step.
// Must not:  know lanes' memory, autoreset, truncation or step counters: the engine owns those once
//            for all environments.
// Invariant: everything here compiles to lane arithmetic.
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include <lockstep/canvas.hpp>
#include <lockstep/description.hpp>
#include <lockstep/detail/contract/columns.hpp>
#include <lockstep/detail/contract/transition_tables.hpp>
#include <lockstep/detail/lane/lane.hpp>
#include <lockstep/detail/random/rng.hpp>

namespace lockstep {

// The result of one step. `reward_after` is the reward where an earlier step already ended the
// episode and autoreset is disabled.
template <class L>
struct Step {
    typename L::real reward;
    typename L::mask terminated;
    typename L::real reward_after = reward;
};

// One of two actions in each lane, as a policy's comparison yields it. It supports the operations
// of a vector of action numbers, and converts to one. Keeping it as a mask spares a policy the
// round trip through numbers, which costs twice a comparison's latency.
template <class L>
struct BinaryAction {
    using i32 = typename L::i32;
    using mask = typename L::mask;

    mask one;

    LOCKSTEP_INLINE operator i32() const noexcept { return select(one, i32(1), i32(0)); }
    LOCKSTEP_INLINE friend mask operator==(const BinaryAction& a, int number) noexcept {
        return number == 1 ? a.one : number == 0 ? ~a.one : mask::none();
    }
    LOCKSTEP_INLINE friend mask operator!=(const BinaryAction& a, int number) noexcept {
        return ~(a == number);
    }
#define LOCKSTEP_AS_NUMBERS(op)                                                             \
    LOCKSTEP_INLINE friend auto operator op(const BinaryAction& a, const i32& b) noexcept { \
        return i32(a) op b;                                                                 \
    }                                                                                       \
    LOCKSTEP_INLINE friend auto operator op(const i32& a, const BinaryAction& b) noexcept { \
        return a op i32(b);                                                                 \
    }
    LOCKSTEP_AS_NUMBERS(+)
    LOCKSTEP_AS_NUMBERS(-)
    LOCKSTEP_AS_NUMBERS(*)
    LOCKSTEP_AS_NUMBERS(<)
    LOCKSTEP_AS_NUMBERS(<=)
    LOCKSTEP_AS_NUMBERS(>)
    LOCKSTEP_AS_NUMBERS(>=)
#undef LOCKSTEP_AS_NUMBERS
};

// The numbers of an action in each lane, in the order of about.action_columns.
template <class L, int count>
struct ActionColumns {
    typename L::real column[count];
};

// The parameters of an environment that has none.
struct NoParameters {};

namespace detail {

// The index of a choice's word, for a member of any type: bool, enumeration, integer.
struct Word {
    std::int32_t index;
    template <class T>
    requires(std::is_integral_v<T> || std::is_enum_v<T>) LOCKSTEP_INLINE operator T()
        const noexcept {
        return static_cast<T>(index);
    }
};

// One number of an action, for a member of any type.
template <class L>
struct ActionNumber {
    typename L::real value;
    LOCKSTEP_INLINE operator typename L::real() const noexcept { return value; }
    LOCKSTEP_INLINE operator typename L::i32() const noexcept { return truncated(value); }
};

template <class L, class Env>
struct FindAction {
    using type = typename L::i32;
};
template <class L, class Env>
requires requires { typename Env::template Action<L>; }
struct FindAction<L, Env> {
    using type = typename Env::template Action<L>;
};
template <class L, class Env>
struct FindParameters {
    using type = NoParameters;
};
template <class L, class Env>
requires requires { typename Env::template Parameters<L>; }
struct FindParameters<L, Env> {
    using type = typename Env::template Parameters<L>;
};
template <class L, class Env>
struct FindConstants : FindParameters<L, Env> {};
template <class L, class Env>
requires requires { typename Env::template Constants<L>; }
struct FindConstants<L, Env> {
    using type = typename Env::template Constants<L>;
};

}  // namespace detail

template <class L, class Env>
using State = typename Env::template State<L>;
// The type of an action in sixteen lanes: its number, or Env::Action.
template <class L, class Env>
using ActionOf = typename detail::FindAction<L, Env>::type;
template <class L, class Env>
using ParametersOf = typename detail::FindParameters<L, Env>::type;
// What a step takes besides a world's state: Env::Constants, which Env::prepare derives from the
// parameters, or the parameters themselves.
template <class L, class Env>
using ConstantsOf = typename detail::FindConstants<L, Env>::type;

// Whether the environment's worlds are prepared from tables.
template <class Env, class L>
concept HasTables = requires(const TransitionTables& model) {
    Env::template prepare<L>([](int) { return typename L::real(0); }, model, false);
};

// An environment is a struct, in any namespace, whose members are written for sixteen lanes at
// once; L is the instruction set and the precision:
//
//   static constexpr lockstep::Description about{...};
//   template <class L> struct State { ...; auto columns() { return std::tie(...); } };
//       what changes: columns of real<L>, f32<L>, i32<L>, u32<L> or mask<L>, or records and arrays
//       of such, in the order in which `about` names them;
//   template <class L> struct Parameters { ... };
//       if it has any: a real<L> for each of about.parameters, then for each of about.choices the
//       index of its word, as a bool, an enumeration or an integer;
//   template <class L> struct Action { ... };
//       if an action is more than one of a few: for each of about.action_columns a real<L>, or an
//       i32<L> if the column has options;
//   template <class L> static State<L> reset(const Parameters<L>&, auto& random);
//   template <class L> static Step<L> step(State<L>&, const auto& action, const Parameters<L>&,
//                                          auto& random);
//
// In place of step, so that the worlds of many vectors may share the work in the middle:
//
//   template <class L> struct Work { ... };  a vector of worlds in the middle of a step
//   template <class L> static void begin_step(const State<L>&, const auto& action,
//                                             const Parameters<L>&, auto& random, Work<L>&);
//   template <class L> static void advance(Work<L>*, int count);
//       the worlds of all `count` vectors; a world's result must not depend on which others there
//       are
//   template <class L> static Step<L> end_step(Work<L>&, State<L>&);
//
// and optionally
//
//   template <class L> struct Constants { ... };  which reset and step take instead, from
//   template <class L> static Constants<L> prepare(const Parameters<L>&, bool after_end);
//       `after_end` says whether steps may follow an episode's end;
//   template <class L> static Observation<L> observe(const State<L>&);
//       a record with columns(), if the observation is not the state;
//   template <class C> struct CommonCase : C { ...; static bool matches(const C&); };
//       a case of the constants that is compiled on its own;
//   template <class L> static i32<L> state_index(const State<L>&, const auto& constants);
//   template <class L> static std::int64_t state_count(const auto& constants);
//       for tabular learners;
//   template <class L> static auto heuristic(const real<L>* observation);
//       a hand-written policy: an action's number, or ActionColumns<L, n>;
//   static constexpr PictureInfo picture{...};
//   static void draw(const auto& state, const auto& parameters, Canvas&);
//       for pictures, with the members of State and Parameters as plain numbers.
//
// A unit is compiled for each instruction set, and the linker may take a function that does not
// depend on L from any of them: what is not a template must be a constant.
template <class E, class L>
concept Environment = requires(State<L, E>& state, const ConstantsOf<L, E>& constants,
                               const ActionOf<L, E>& action, Rng<L>& random) {
    { E::about } -> std::convertible_to<const Description&>;
    state.columns();
    { E::template reset<L>(constants, random) } -> std::same_as<State<L, E>>;
    { E::template step<L>(state, action, constants, random) } -> std::same_as<Step<L>>;
};

template <class E, class L>
concept StepsInParts = requires {
    typename E::template Work<L>;
};
template <class E, class L>
concept EnvironmentInParts = requires(State<L, E>& state, const ConstantsOf<L, E>& constants,
                                      const ActionOf<L, E>& action, Rng<L>& random,
                                      typename E::template Work<L>& work) {
    { E::about } -> std::convertible_to<const Description&>;
    state.columns();
    { E::template reset<L>(constants, random) } -> std::same_as<State<L, E>>;
    E::template begin_step<L>(state, action, constants, random, work);
    E::template advance<L>(&work, 1);
    { E::template end_step<L>(work, state) } -> std::same_as<Step<L>>;
};

template <class E, class L>
concept HasActionColumns = requires {
    typename E::template Action<L>;
};

template <class E, class L>
concept Prepares = HasTables<E, L> || std::same_as<ConstantsOf<L, E>, ParametersOf<L, E>> ||
    requires(const ParametersOf<L, E>& parameters, bool after_end) {
    { E::template prepare<L>(parameters, after_end) } -> std::same_as<ConstantsOf<L, E>>;
};

template <class E, class L>
concept HasObservation = requires(const State<L, E>& state) {
    E::template observe<L>(state).columns();
};

namespace detail {

template <class L, class Env>
struct FindObservation : std::type_identity<State<L, Env>> {};
template <class L, class Env>
requires HasObservation<Env, L>
struct FindObservation<L, Env>
    : std::remove_cvref<decltype(Env::template observe<L>(std::declval<const State<L, Env>&>()))> {
};

}  // namespace detail

template <class L, class Env>
using ObservationOf = typename detail::FindObservation<L, Env>::type;

// One step of one vector of worlds.
template <class L, class Env>
LOCKSTEP_INLINE Step<L> step_worlds(State<L, Env>& state, const auto& action, const auto& constants,
                                    auto& random) noexcept {
    if constexpr (StepsInParts<Env, L>) {
        typename Env::template Work<L> work;
        Env::template begin_step<L>(state, action, constants, random, work);
        Env::template advance<L>(&work, 1);
        return Env::template end_step<L>(work, state);
    } else {
        return Env::template step<L>(state, action, constants, random);
    }
}

// If the environment names a common case and `constants` match it, runs `body` with a type that
// carries it at compile time, and returns true: branching on a setting in every step costs
// registers. Single precision only, to save compile time.
template <class L, class Env>
LOCKSTEP_INLINE bool when_common_case(const ConstantsOf<L, Env>& constants, auto&& body) noexcept {
    using C = ConstantsOf<L, Env>;
    if constexpr (L::real::parts <= 2 && sizeof(typename L::scalar) == 4 &&
                  requires { typename Env::template CommonCase<C>; }) {
        if (Env::template CommonCase<C>::matches(constants)) {
            body(typename Env::template CommonCase<C>{constants});
            return true;
        }
    }
    return false;
}

// Runs `body` with the common case's type, or else with the constants as they are.
template <class L, class Env>
LOCKSTEP_INLINE void dispatch_common_case(const ConstantsOf<L, Env>& constants,
                                          auto&& body) noexcept {
    if (!when_common_case<L, Env>(constants, body)) body(constants);
}

}  // namespace lockstep

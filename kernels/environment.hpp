// What the engine asks of an environment, and what it answers.
//
// Owns:      the concept, actions and the result of a step.
// Must not:  know lanes' memory, autoreset, truncation or step counters: the engine owns those once
//            for all environments.
// Invariant: everything here compiles to lane arithmetic.
#pragma once

#include <concepts>

#include <lockstep/kernels/columns.hpp>
#include <lockstep/kernels/description.hpp>
#include <lockstep/kernels/lane.hpp>
#include <lockstep/kernels/model.hpp>
#include <lockstep/kernels/rng.hpp>

namespace lockstep {

// What one step tells. `reward_after` is the reward where an earlier step had already ended the
// episode and autoreset is disabled.
template <class L>
struct Step {
    typename L::real reward;
    typename L::mask terminated;
    typename L::real reward_after = reward;
};

// One of two actions in each lane, as a policy's comparison leaves it. An environment asks both
// this and a vector of action numbers `action == 1`; a round trip through numbers would cost the
// comparison's latency twice.
template <class L>
struct Choice {
    typename L::mask one;

    LOCKSTEP_INLINE friend typename L::mask operator==(const Choice& a, int number) noexcept {
        return number == 1 ? a.one : ~a.one;
    }
};

// What a world's constants are prepared from besides its parameters: the choices of all worlds, or
// compiled tables. It stands for either.
struct Setup {
    operator const std::int32_t*() const noexcept;
    operator const Model&() const noexcept;
};

template <class E, class L>
concept Environment = requires(typename E::template State<L>& state,
                               const typename E::template World<L>& world,
                               const typename L::i32& action, Rng<L>& rng, Setup setup) {
    { E::about } -> std::convertible_to<const Description&>;
    state.columns();
    {
        E::template prepare<L>([](int) { return typename L::real(0); }, setup, false)
        } -> std::same_as<typename E::template World<L>>;
    { E::template reset<L>(world, rng) } -> std::same_as<typename E::template State<L>>;
    { E::template step<L>(state, action, world, rng) } -> std::same_as<Step<L>>;
};

// Where an environment has no `observe`, its state is what is observed.
template <class E, class L>
concept HasObservation = requires(const typename E::template State<L>& state) {
    E::template observe<L>(state).columns();
};

template <class L>
LOCKSTEP_INLINE typename L::i32 action_numbers(const Choice<L>& chosen) noexcept {
    return select(chosen.one, typename L::i32(1), typename L::i32(0));
}

template <class Isa>
LOCKSTEP_INLINE Vec<Isa, std::int32_t> action_numbers(
    const Vec<Isa, std::int32_t>& chosen) noexcept {
    return chosen;
}

// Where the environment names a usual case and `world` is one, runs `body` with a type that says so
// at compile time, and returns true: a branch on a setting in every step costs registers. Single
// precision only, for the sake of compile time.
template <class L, class Env, class World>
LOCKSTEP_INLINE bool when_usual(const World& world, auto&& body) noexcept {
    if constexpr (L::real::parts <= 2 && sizeof(typename L::scalar) == 4 &&
                  requires { typename Env::template Usual<World>; }) {
        if (Env::template Usual<World>::holds(world)) {
            body(typename Env::template Usual<World>{world});
            return true;
        }
    }
    return false;
}

// Runs `body` with such a type, or with `world` as it is.
template <class L, class Env, class World>
LOCKSTEP_INLINE void specialise(const World& world, auto&& body) noexcept {
    if (!when_usual<L, Env>(world, body)) body(world);
}

}  // namespace lockstep

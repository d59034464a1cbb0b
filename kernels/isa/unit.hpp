// Builds one environment's table for the instruction set that the translation unit is compiled for.
//
// Must not:  be included by anything but the generated units (see LockstepEnvironment.cmake).
// Invariant: the table is a constant, so that loading a program runs no code of an instruction set
//            that the CPU may lack.
#pragma once

#include <limits>

#include <lockstep/detail/block/ceiling.hpp>
#include <lockstep/detail/isa/table.hpp>
#include <lockstep/detail/random_search/linear_search.hpp>
#include <lockstep/detail/rollout/play.hpp>
#include <lockstep/detail/rollout/rollout.hpp>
#include <lockstep/detail/tabular/learn.hpp>

namespace lockstep {

struct Scalar;  // the instruction set that every processor has

template <class L, class Env, template <class, class> class P>
constexpr PolicyKernels<typename L::scalar> policy_kernels(const char* name) noexcept {
    static_assert(Policy<P<L, Env>, L>);
    return {name, act_block<L, Env, P>, rollout_block<L, Env, P>};
}

// Whether Parameters<L> takes this many values and words.
template <class P, class Real, int parameters, int choices>
concept Takes = []<int... p, int... c>(std::integer_sequence<int, p...>,
                                       std::integer_sequence<int, c...>) {
    return requires {
        P{(static_cast<void>(p), std::declval<Real>())...,
          (static_cast<void>(c), detail::Word{})...};
    };
}
(std::make_integer_sequence<int, parameters>(), std::make_integer_sequence<int, choices>());
template <class Env, class L, class P = ParametersOf<L, Env>, class Real = typename L::real,
          int parameters = Env::about.parameter_count(), int choices = Env::about.choice_count()>
concept TakesParameters =
    Takes<P, Real, parameters, choices> && !Takes<P, Real, parameters, choices + 1> &&
    !Takes<P, Real, parameters + 1, choices>;

// Whether Action<L> takes this many numbers.
template <class A, class L, int columns>
concept TakesNumbers = []<int... k>(std::integer_sequence<int, k...>) {
    return requires { A{(static_cast<void>(k), std::declval<detail::ActionNumber<L>>())...}; };
}
(std::make_integer_sequence<int, columns>());
template <class Env, class L, class A = ActionOf<L, Env>,
          int columns = Env::about.action_column_count()>
concept TakesAction = TakesNumbers<A, L, columns> && !TakesNumbers<A, L, columns + 1>;

// Whether every action column has a range to draw random actions from.
consteval bool bounded(const Description& about) {
    for (const ActionInfo& a : about.action_columns) {
        constexpr double most = std::numeric_limits<float>::max();
        if (a.option_count() == 0 && !(-most <= a.low && a.low < a.high && a.high <= most))
            return false;
    }
    return true;
}

// Checks that the description matches the environment's types.
template <class L, class Env>
consteval void check_counts() {
    using State = typename Env::template State<L>;
    constexpr const Description& about = Env::about;
    static_assert(
        column_count<State> == about.state_count(),
        "about.states (or .observations, where the state is observed) names more or fewer "
        "columns than State has");
    static_assert(
        HasActionColumns<Env, L> == (about.action_column_count() > 0),
        "where an action consists of numbers, about.action_columns names those of Action<L>");
    if constexpr (HasActionColumns<Env, L>) {
        static_assert(TakesAction<Env, L>,
                      "Action<L> has not one member for each of about.action_columns: a real<L>, "
                      "or an i32<L> where it has options");
        static_assert(about.action_count() == 0 && bounded(about),
                      "each of about.action_columns has finite bounds, low below high, or options; "
                      "about.actions is empty");
    }
    static_assert(columns_are_all<State>, "State has a member that columns() does not tie");
    static_assert(!Discrete<Env, L> || column_count<State> <= max_table_columns,
                  "a state that learners with tables are to number has more than "
                  "max_table_columns columns");
    static_assert(!about.observes_state() || column_types<L, State>.bits() == 0,
                  "bits are shown by observe(), with about.states for the state's own columns");
    static_assert(
        HasObservation<Env, L> == !about.observes_state(),
        "where observe() shows something else than State, about.states names its columns");
    static_assert(
        HasTables<Env, L> || TakesParameters<Env, L>,
        "Parameters<L> has not one member for each of about.parameters, then of .choices");
    if constexpr (HasObservation<Env, L>) {
        static_assert(column_count<ObservationOf<L, Env>> == about.observation_count(),
                      "about.observations names more or fewer columns than observe() returns");
    }
}

template <class L, class Env>
constexpr Kernels<typename L::scalar> kernels() noexcept {
    constexpr bool in_parts = StepsInParts<Env, L>;
    if constexpr (in_parts)
        static_assert(EnvironmentInParts<Env, L>, "a member is missing or has another shape");
    else
        static_assert(Environment<Env, L>, "an environment member is missing or has another shape");
    static_assert(Prepares<Env, L>, "Constants<L> needs prepare<L>(parameters, after_end)");
    check_counts<L, Env>();
    constexpr bool binary = Env::about.action_count() == 2;
    Kernels<typename L::scalar> k{};
    k.step[static_cast<int>(Autoreset::next_step)] = step_block<L, Env, Autoreset::next_step>;
    k.step[static_cast<int>(Autoreset::same_step)] = step_block<L, Env, Autoreset::same_step>;
    k.step[static_cast<int>(Autoreset::disabled)] = step_block<L, Env, Autoreset::disabled>;
    k.actions_legal = actions_legal<L, Env>;
    k.reset = reset_block<L, Env>;
    k.redraw = redraw_block<L, Env>;
    k.plan_draws = plan_draws<L, Env>;
    k.state_types = column_types<L, State<L, Env>>;
    k.observation_types = column_types<L, ObservationOf<L, Env>>;
    k.fma_peak = fma_peak<L>;
    k.observation_rows = observation_rows<L, Env>;
    k.play = play<L, Env>;
    k.begin_episodes = begin_episodes<L, Env>;
    k.policies[0] = policy_kernels<L, Env, Random>("random");
    if constexpr (linear_outputs(Env::about) > 0 && !HasTables<Env, L>) {
        k.policies[1] = policy_kernels<L, Env, Linear>("linear");
        k.search_linear = search_linear<L, Env>;
    }
    if constexpr (binary && all_real(column_types<L, State<L, Env>>)) {
        k.ceiling = physics_ceiling<L, Env>;
    }
    if constexpr (Discrete<Env, L>) {
        k.learn_tabular = learn_tabular<L, Env>;
        k.state_count = state_count<L, Env>;
    }
    if constexpr (binary && Env::about.observation_count() > 2) {
        k.policies[2] = policy_kernels<L, Env, Basic>("basic");
    }
    if constexpr (HasHeuristic<Env, L>) {
        k.policies[3] = policy_kernels<L, Env, Heuristic>("heuristic");
    }
    return k;
}

// One world in plain numbers: the L of the State and Parameters that draw() takes.
struct OneWorld {
    using scalar = double;
    using real = double;
    using i32 = std::int32_t;
    using u32 = std::uint32_t;
    using mask = bool;
};

template <class Env>
void draw(const double* state, const double* parameters, const std::int32_t* choices,
          Canvas& canvas) {
    State<OneWorld, Env> world;
    for_each_column(world, [&]<class T>(T& column) { column = static_cast<T>(*state++); });
    const auto parameter = [&](int i) { return parameters[i]; };
    Env::draw(std::as_const(world), parameters_from<OneWorld, Env>(parameter, choices), canvas);
}

template <class Isa, class Env>
constexpr EnvironmentKernels environment_kernels(const char* isa) noexcept {
    EnvironmentKernels all{isa, &Env::about, kernels<Lanes<Isa, float>, Env>(),
                           kernels<Lanes<Isa, double>, Env>()};
    if constexpr (std::is_same_v<Isa, Scalar> && requires { Env::picture; }) {
        all.picture = &Env::picture;
        all.draw = draw<Env>;
    }
    return all;
}

}  // namespace lockstep

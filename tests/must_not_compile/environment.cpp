// The smallest environment, well formed as it stands. With LACKS_STEP or another fault defined, the
// file must not compile.

#include <lockstep/detail/isa/unit.hpp>

namespace lockstep {

struct Smallest {
#ifdef NAMES_TOO_MANY
    static constexpr std::initializer_list<ColumnInfo> names = {{"place"}, {"pace"}};
#else
    static constexpr std::initializer_list<ColumnInfo> names = {{"place"}};
#endif
#ifdef OBSERVES_TOO_MANY
    static constexpr std::initializer_list<ColumnInfo> states = names;
#else
    static constexpr std::initializer_list<ColumnInfo> states = {};
#endif
    static constexpr Description about{.name = "smallest",
                                       .ids = {{.id = "Smallest-v0", .max_episode_steps = 10}},
                                       .actions = {"stay", "wait", "go"},
                                       .observations = names,
                                       .states = states,
                                       .parameters = {{.name = "pace",
                                                       .value = 1,
                                                       .low = 0,
                                                       .high = 10,
                                                       .unit = "m",
                                                       .meaning = "length of a step"}},
                                       .gymnasium_draws = GymnasiumDraws::resets};

    template <class L>
    struct State {
        typename L::real place;
#ifdef FORGETS_ONE
        typename L::real speed;
#endif

#ifndef LACKS_COLUMNS
        auto columns() { return std::tie(place); }
#endif
    };

#if defined(OBSERVES_TOO_MANY) || defined(OBSERVES_UNSAID)
    template <class L>
    struct Observation {
        typename L::real place, again;

        auto columns() { return std::tie(place, again); }
    };
    template <class L>
    static Observation<L> observe(const State<L>& s) noexcept {
        return {s.place, s.place};
    }
#endif

#ifdef ACTS_UNSAID
    template <class L>
    struct Action {
        real<L> pace;
    };
#endif

    template <class L>
    struct Parameters {
        real<L> pace;
#ifdef TAKES_TOO_MANY
        real<L> more;
#endif
    };
#ifdef LACKS_PREPARE
    template <class L>
    struct Constants {
        real<L> half_pace;
    };
#endif
#ifndef LACKS_RESET
    template <class L>
    static State<L> reset(const auto&, auto& random) {
        return {random.uniform(-0.5, 0.5)};
    }
#endif
#ifndef LACKS_STEP
    template <class L>
    static Step<L> step(State<L>& s, const auto& action, const auto& p, auto&) {
        s.place = s.place + select(action == 2, p.pace, 0);
        return {1, s.place > 5};
    }
#endif
};

extern const EnvironmentKernels kernels_smallest;
constinit const EnvironmentKernels kernels_smallest =
    environment_kernels<Scalar, Smallest>("scalar");

}  // namespace lockstep

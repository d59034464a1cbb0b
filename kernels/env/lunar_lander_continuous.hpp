// LunarLander with throttles: the action is the main engine's power and that of the side engines.
// Rules are those of Gymnasium 1.4's LunarLanderContinuous-v3.
//
// Must not:  differ from LunarLander in anything but how an action becomes thrust.
// Invariant: one step of a lane depends on that lane alone.
#pragma once

#define LOCKSTEP_LUNAR_LANDER_ELSEWHERE
#include <lockstep/detail/env/lunar_lander.hpp>

namespace lockstep {

struct LunarLanderContinuous : LunarLanderWorld {
    static constexpr Description about{
        .name = "lunarlander-continuous",
        .source = LunarLander::about.source,
        .ids = {{.id = "LunarLanderContinuous-v3",
                 .max_episode_steps = 1000,
                 .reward_threshold = 200}},
        .action_columns = {{.name = "main", .low = -1, .high = 1},
                           {.name = "lateral", .low = -1, .high = 1}},
        .observations = LunarLanderWorld::observations,
        .states = LunarLanderWorld::states,
        .parameters = LunarLanderWorld::parameters,
        .choices = LunarLanderWorld::choices,
        .gymnasium_draws = GymnasiumDraws::steps};

    template <class L>
    struct Action {
        real<L> main, lateral;
    };

    // Engines give half their power or more, or nothing. Values beyond the bounds are clipped.
    template <class L>
    static void begin_step(const State<L>& state, const Action<L>& action, const Parameters<L>& p,
                           auto& random, Work<L>& work) noexcept {
        using D = Vec<typename L::isa, double>;
        const D main = clamp(in_precision<double>(action.main), D(-1), D(1));
        const D lateral = clamp(in_precision<double>(action.lateral), D(-1), D(1));
        const D size = abs(lateral);
        LunarLanderWorld::begin_step<L>(
            state,
            Thrust<typename L::isa>{select(main > 0, (main + 1) * 0.5, D(0)),
                                    select(size > 0.5, size, D(0)),
                                    select(lateral > 0, D(1), D(-1))},
            p, random, work);
    }
    template <class L>
    static ActionColumns<L, 2> heuristic(const real<L>* observation) noexcept {
        using F = f32<L>;
        using S = typename L::scalar;
        const auto todo = heuristic_todo<L>(observation);
        const F main = clamp(todo.hover * 20 - 1, F(-1), F(1));
        const F lateral = clamp(-todo.angle * 20, F(-1), F(1));
        return {{in_precision<S>(main), in_precision<S>(lateral)}};
    }
};

}  // namespace lockstep

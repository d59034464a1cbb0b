// MountainCarContinuous: MountainCar with an engine whose force is the action, at a cost. Constants
// and, in double precision, the roundings are those of Gymnasium 1.4's MountainCarContinuous-v0.
//
// Must not:  know which lane it runs in, when worlds are reset, or how long episodes last.
// Invariant: one step of a lane depends on that lane alone.
#pragma once

#include <lockstep/detail/env/mountain_car.hpp>

namespace lockstep {

struct MountainCarContinuous {
    static constexpr Description about{
        .name = "mountain-car-continuous",
        .source = "Gymnasium 1.4 classic_control/continuous_mountain_car",
        .ids = {{.id = "MountainCarContinuous-v0",
                 .max_episode_steps = 999,
                 .reward_threshold = 90}},
        .action_columns = {{.name = "force", .low = -1, .high = 1}},
        .observations = MountainCar::about.observations,
        .parameters = {MountainCar::goal_velocity,
                       {.name = "power",
                        .value = 0.0015,
                        .low = 0,
                        .high = 1,
                        .unit = "1/step^2",
                        .meaning = "what the full force adds to the velocity"}},
        .gymnasium_draws = GymnasiumDraws::resets};
    static constexpr double goal_position = 0.45;

    template <class L>
    using State = MountainCar::State<L>;
    template <class L>
    struct Action {
        real<L> force;
    };
    template <class L>
    struct Parameters {
        real<L> goal_velocity, power;
    };

    template <class L>
    static State<L> reset(const Parameters<L>&, auto& random) noexcept {
        return {random.uniform(-0.6, -0.4), 0};
    }

    // Gymnasium computes the first step of an episode in double, from the state that reset drew,
    // and keeps the state in float. From then on NumPy rounds every operation that involves a
    // number of the state or the action, but not operations among Python's own numbers.
    template <class L>
    static Step<L> step(State<L>& s, const Action<L>& action, const Parameters<L>& p,
                        auto&) noexcept {
        const auto drawn = nearest_float(s.position) != s.position;
        const auto rounded = [&](const real<L>& x) { return select(drawn, x, nearest_float(x)); };

        const real<L> force = clamp(action.force, -1, 1);
        const real<L> slope = 0.0025 * cos(rounded(3 * s.position));
        // A clipped force is a Python number.
        const real<L> push = select(
            force == action.force,
            nearest_float(nearest_float(force * nearest_float(p.power)) - nearest_float(slope)),
            nearest_float(force * p.power - slope));
        const real<L> speed = rounded(MountainCar::max_speed);
        s.velocity = clamp(rounded(s.velocity + push), -speed, speed);
        const real<L> low = rounded(MountainCar::min_position);
        const real<L> high = rounded(MountainCar::max_position);
        s.position = clamp(rounded(s.position + s.velocity), low, high);
        s.velocity = select((s.position == low) & (s.velocity < 0), 0, s.velocity);
        const auto arrived =
            (s.position >= rounded(goal_position)) & (s.velocity >= rounded(p.goal_velocity));
        s.position = nearest_float(s.position);
        s.velocity = nearest_float(s.velocity);
        const real<L> cost = action.force * action.force * 0.1;
        return {select(arrived, real<L>(100), real<L>(0)) - cost, arrived};
    }

    static constexpr PictureInfo picture = MountainCar::picture;
    static void draw(const auto& s, const auto&, Canvas& canvas) {
        MountainCar::draw_valley(s.position, goal_position, canvas);
    }
};

}  // namespace lockstep

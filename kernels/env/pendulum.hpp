// Pendulum: swing a pendulum up and hold it there, with a torque too weak to lift it in one go.
// Constants and, in double precision, the order of operations are those of Gymnasium 1.4's
// Pendulum-v1.
//
// Must not:  know which lane it runs in, when worlds are reset, or how long episodes last.
// Invariant: one step of a lane depends on that lane alone.
#pragma once

#include <cmath>

#include <lockstep/environment.hpp>

namespace lockstep {

struct Pendulum {
    static constexpr Description about{
        .name = "pendulum",
        .source = "Gymnasium 1.4 classic_control/pendulum",
        .ids = {{.id = "Pendulum-v1", .max_episode_steps = 200}},
        .action_columns = {{.name = "torque", .low = -2, .high = 2, .unit = "N m"}},
        .observations = {{.name = "cos(theta)", .low = -1, .high = 1},
                         {.name = "sin(theta)", .low = -1, .high = 1},
                         {.name = "theta_dot", .low = -8, .high = 8, .unit = "rad/s"}},
        .states = {{.name = "theta", .unit = "rad"}, {.name = "theta_dot", .unit = "rad/s"}},
        .parameters = {{.name = "g",
                        .value = 10,
                        .low = 0,
                        .high = 1000,
                        .unit = "m/s^2",
                        .meaning = "acceleration of free fall"},
                       {.name = "m",
                        .value = 1,
                        .low = 1e-3,
                        .high = 1e3,
                        .unit = "kg",
                        .meaning = "mass of the pendulum"},
                       {.name = "l",
                        .value = 1,
                        .low = 1e-3,
                        .high = 1e3,
                        .unit = "m",
                        .meaning = "length of the pendulum"},
                       {.name = "dt",
                        .value = 0.05,
                        .low = 1e-5,
                        .high = 1,
                        .unit = "s",
                        .meaning = "time between two steps"}},
        .gymnasium_draws = GymnasiumDraws::resets};
    static constexpr double max_torque = 2, max_speed = 8, pi = 3.141592653589793;

    // The angle is 0 upright, and counts turns.
    template <class L>
    struct State {
        real<L> theta, theta_dot;

        auto columns() { return std::tie(theta, theta_dot); }
    };
    template <class L>
    struct Observation {
        real<L> cos_theta, sin_theta, theta_dot;

        auto columns() { return std::tie(cos_theta, sin_theta, theta_dot); }
    };
    template <class L>
    struct Action {
        real<L> torque;
    };
    template <class L>
    struct Parameters {
        real<L> g, m, l, dt;
    };

    template <class L>
    static State<L> reset(const Parameters<L>&, auto& random) noexcept {
        return {random.uniform(-pi, pi), random.uniform(-1, 1)};
    }
    template <class L>
    static Observation<L> observe(const State<L>& s) noexcept {
        const auto [sin, cos] = sincos(s.theta);
        return {cos, sin, s.theta_dot};
    }

    // The torque is a float in Gymnasium, and so are its products with Python's numbers.
    template <class L>
    static Step<L> step(State<L>& s, const Action<L>& action, const Parameters<L>& p,
                        auto&) noexcept {
        const real<L> u = clamp(action.torque, -max_torque, max_torque);
        const real<L> angle = modulo(s.theta + pi, 2 * pi) - pi;
        const real<L> effort = nearest_float(nearest_float(real<L>(0.001)) * nearest_float(u * u));
        const real<L> cost = angle * angle + 0.1 * (s.theta_dot * s.theta_dot) + effort;

        const real<L> fall = 3 * p.g / (2 * p.l) * sin(s.theta);
        const real<L> push = nearest_float(nearest_float(3 / (p.m * (p.l * p.l))) * u);
        s.theta_dot = clamp(s.theta_dot + (fall + push) * p.dt, -max_speed, max_speed);
        s.theta += s.theta_dot * p.dt;
        return {-cost, mask<L>::none()};
    }

    static constexpr PictureInfo picture{.width = 500, .height = 500, .centiseconds = 3};
    static void draw(const auto& s, const auto&, Canvas& canvas) {
        constexpr double scale = picture.width / 4.4;  // pixels of the pendulum's length
        constexpr Color red{204, 77, 77};
        const Point axle{picture.width / 2.0, picture.height / 2.0};
        const Point end{axle.x - scale * std::sin(s.theta), axle.y - scale * std::cos(s.theta)};
        canvas.clear(white);
        canvas.line(axle, end, 0.2 * scale, red);
        for (const Point joint : {axle, end}) canvas.circle(joint, 0.1 * scale, red);
        canvas.circle(axle, 0.05 * scale, black);
    }
};

}  // namespace lockstep

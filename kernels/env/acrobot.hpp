// Acrobot: two links that hang from a fixed joint; a torque on the joint between them is to swing
// the tip above a line (Sutton 1996). Constants and, in double precision, the order of operations
// are those of Gymnasium 1.4's Acrobot-v1.
//
// Must not:  know which lane it runs in, when worlds are reset, or how long episodes last.
// Invariant: one step of a lane depends on that lane alone.
#pragma once

#include <cmath>

#include <lockstep/environment.hpp>

namespace lockstep {

struct Acrobot {
    static constexpr double pi = 3.141592653589793, g = 9.8, dt = 0.2;
    static constexpr Description about{
        .name = "acrobot",
        .source = "Gymnasium 1.4 classic_control/acrobot",
        .ids = {{.id = "Acrobot-v1", .max_episode_steps = 500, .reward_threshold = -100}},
        .actions = {"torque -1 N m", "no torque", "torque 1 N m"},
        .observations = {{.name = "cos(theta1)", .low = -1, .high = 1},
                         {.name = "sin(theta1)", .low = -1, .high = 1},
                         {.name = "cos(theta2)", .low = -1, .high = 1},
                         {.name = "sin(theta2)", .low = -1, .high = 1},
                         {.name = "theta1_dot", .low = -4 * pi, .high = 4 * pi, .unit = "rad/s"},
                         {.name = "theta2_dot", .low = -9 * pi, .high = 9 * pi, .unit = "rad/s"}},
        .states = {{.name = "theta1", .unit = "rad"},
                   {.name = "theta2", .unit = "rad"},
                   {.name = "theta1_dot", .unit = "rad/s"},
                   {.name = "theta2_dot", .unit = "rad/s"}},
        .parameters = {{.name = "link_length_1",
                        .value = 1,
                        .low = 1e-2,
                        .high = 1e2,
                        .unit = "m",
                        .meaning = "length of the first link"},
                       {.name = "link_mass_1",
                        .value = 1,
                        .low = 1e-2,
                        .high = 1e2,
                        .unit = "kg",
                        .meaning = "mass of the first link"},
                       {.name = "link_mass_2",
                        .value = 1,
                        .low = 1e-2,
                        .high = 1e2,
                        .unit = "kg",
                        .meaning = "mass of the second link"},
                       {.name = "link_com_pos_1",
                        .value = 0.5,
                        .low = 1e-2,
                        .high = 1e2,
                        .unit = "m",
                        .meaning = "from the first link's joint to its center of mass"},
                       {.name = "link_com_pos_2",
                        .value = 0.5,
                        .low = 1e-2,
                        .high = 1e2,
                        .unit = "m",
                        .meaning = "from the second link's joint to its center of mass"},
                       {.name = "link_moi",
                        .value = 1,
                        .low = 1e-2,
                        .high = 1e4,
                        .unit = "kg m^2",
                        .meaning = "moment of inertia of either link"},
                       {.name = "torque_noise_max",
                        .value = 0,
                        .low = 0,
                        .high = 1e2,
                        .unit = "N m",
                        .meaning = "largest torque that is added at random"}},
        .choices = {{.name = "book_or_nips",
                     .options = {"book", "nips"},
                     .meaning = "equations of Sutton and Barto's book, or of the paper of 1996"}},
        .gymnasium_draws = GymnasiumDraws::resets};
    static constexpr double max_speed_1 = 4 * pi, max_speed_2 = 9 * pi;

    // Angles are 0 where both links hang down; the second is measured from the first.
    template <class L>
    struct State {
        real<L> theta1, theta2, theta1_dot, theta2_dot;

        auto columns() { return std::tie(theta1, theta2, theta1_dot, theta2_dot); }
    };
    template <class L>
    struct Observation {
        real<L> cos1, sin1, cos2, sin2, theta1_dot, theta2_dot;

        auto columns() { return std::tie(cos1, sin1, cos2, sin2, theta1_dot, theta2_dot); }
    };
    enum class Equations { book, nips };
    template <class L>
    struct Parameters {
        real<L> l1, m1, m2, lc1, lc2, inertia, torque_noise;
        Equations equations;
    };

    template <class L>
    static State<L> reset(const Parameters<L>&, auto& random) noexcept {
        const auto angle = [&] { return nearest_float(random.uniform(-0.1, 0.1)); };
        return {angle(), angle(), angle(), angle()};
    }
    template <class L>
    static Observation<L> observe(const State<L>& s) noexcept {
        const auto one = sincos(s.theta1), two = sincos(s.theta2);
        return {one.cos, one.sin, two.cos, two.sin, s.theta1_dot, s.theta2_dot};
    }

    template <class L>
    static Step<L> step(State<L>& s, const auto& action, const Parameters<L>& p,
                        auto& random) noexcept {
        real<L> torque = to_real<L>(action - 1);
        if (any(p.torque_noise > 0)) torque += p.torque_noise * random.uniform(-1, 1);
        s = runge_kutta(s, torque, p);
        s.theta1 = wrapped(s.theta1);
        s.theta2 = wrapped(s.theta2);
        s.theta1_dot = clamp(s.theta1_dot, -max_speed_1, max_speed_1);
        s.theta2_dot = clamp(s.theta2_dot, -max_speed_2, max_speed_2);
        const auto terminated = -cos(s.theta1) - cos(s.theta2 + s.theta1) > 1;
        return {select(terminated, real<L>(0), real<L>(-1)), terminated};
    }

    static constexpr PictureInfo picture{.width = 500, .height = 500, .centiseconds = 7};
    static void draw(const auto& s, const auto& p, Canvas& canvas) {
        const double scale = picture.width / (2 * (p.l1 + 1.2)), one = s.theta1;
        const double two = s.theta1 + s.theta2;
        const Point top{picture.width / 2.0, picture.height / 2.0};
        const Point joint{top.x + p.l1 * scale * std::sin(one),
                          top.y + p.l1 * scale * std::cos(one)};
        const Point tip{joint.x + scale * std::sin(two), joint.y + scale * std::cos(two)};
        canvas.clear(white);
        canvas.rectangle(0, top.y - scale, picture.width, 1, black);
        canvas.line(top, joint, 0.2 * scale, {0, 204, 204});
        canvas.circle(top, 0.1 * scale, {204, 204, 0});
        canvas.line(joint, tip, 0.2 * scale, {0, 204, 204});
        canvas.circle(joint, 0.1 * scale, {204, 204, 0});
    }

private:
    // One step of dt, of fourth order.
    template <class L>
    static State<L> runge_kutta(const State<L>& s, const real<L>& torque,
                                const Parameters<L>& p) noexcept {
        constexpr double time[] = {0, dt / 2, dt / 2, dt}, weight[] = {1, 2, 2, 1};
        State<L> rate{0, 0, 0, 0}, sum = rate;
        for (int i = 0; i < 4; ++i) {
            rate = derivative(moved(s, time[i], rate), torque, p);
            sum = moved(sum, weight[i], rate);
        }
        return moved(s, dt / 6, sum);
    }
    template <class L>
    static State<L> moved(const State<L>& s, double time, const State<L>& rate) noexcept {
        return {s.theta1 + time * rate.theta1, s.theta2 + time * rate.theta2,
                s.theta1_dot + time * rate.theta1_dot, s.theta2_dot + time * rate.theta2_dot};
    }

    // Not inlined, because a step calls it four times.
    template <class L>
    LOCKSTEP_KERNEL [[gnu::noinline]] static State<L> derivative(const State<L>& s,
                                                                 const real<L>& torque,
                                                                 const Parameters<L>& p) noexcept {
        const auto [sin2, cos2] = sincos(s.theta2);
        const real<L> coupling = p.l1 * p.lc2;
        const real<L> d1 = p.m1 * (p.lc1 * p.lc1) +
                           p.m2 * (p.l1 * p.l1 + p.lc2 * p.lc2 + 2 * p.l1 * p.lc2 * cos2) +
                           p.inertia + p.inertia;
        const real<L> d2 = p.m2 * (p.lc2 * p.lc2 + coupling * cos2) + p.inertia;
        const real<L> phi2 = p.m2 * p.lc2 * g * sine(s.theta1 + s.theta2);
        const real<L> pull = p.m2 * p.l1 * p.lc2;
        const real<L> phi1 = -pull * (s.theta2_dot * s.theta2_dot) * sin2 -
                             2 * pull * s.theta2_dot * s.theta1_dot * sin2 +
                             (p.m1 * p.lc1 + p.m2 * p.l1) * g * sine(s.theta1) + phi2;
        const real<L> share = d2 / d1;
        const real<L> own = p.m2 * (p.lc2 * p.lc2) + p.inertia - d2 * d2 / d1;
        real<L> drive = torque + share * phi1;
        if (p.equations == Equations::book) drive -= pull * (s.theta1_dot * s.theta1_dot) * sin2;
        const real<L> theta2_dot_dot = (drive - phi2) / own;
        return {s.theta1_dot, s.theta2_dot, -(d2 * theta2_dot_dot + phi1) / d1, theta2_dot_dot};
    }
    // In f64 as Gymnasium computes it, bit for bit.
    template <class Real>
    static Real sine(const Real& angle) noexcept {
        if constexpr (sizeof(typename Real::value_type) == 4)
            return sin(angle);
        else
            return cos(angle - pi / 2);
    }
    // An angle in -pi .. pi. Gymnasium adds or subtracts one turn at a time.
    static auto wrapped(const auto& angle) noexcept {
        return angle - 2 * pi * round(angle / (2 * pi));
    }
};

}  // namespace lockstep

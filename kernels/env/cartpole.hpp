// CartPole: a pole hinged on a cart that is pushed left or right (Barto, Sutton and Anderson 1983),
// with the constants, limits and, in double precision, the order of operations of Gymnasium 1.3's
// CartPole-v1.
//
// Must not:  know which lane it runs in, when worlds are reset, or how long episodes last.
// Invariant: one step of a lane depends on that lane alone.
#pragma once

#include <lockstep/kernels/environment.hpp>
#include <lockstep/kernels/rng.hpp>

namespace lockstep {

struct CartPole {
    static constexpr Description about{
        .name = "cartpole",
        .source = "Gymnasium 1.3 classic_control/cartpole",
        .ids = {{.id = "CartPole-v0", .max_episode_steps = 200, .reward_threshold = 195},
                {.id = "CartPole-v1", .max_episode_steps = 500, .reward_threshold = 475}},
        .actions = {"left", "right"},
        .observations = {"x", "x_dot", "theta", "theta_dot"},
        .parameters = {{.name = "gravity",
                        .value = 9.8,
                        .low = 0,
                        .high = 1000,
                        .unit = "m/s^2",
                        .meaning = "acceleration of free fall"},
                       {.name = "masscart",
                        .value = 1.0,
                        .low = 1e-3,
                        .high = 1e3,
                        .unit = "kg",
                        .meaning = "mass of the cart"},
                       {.name = "masspole",
                        .value = 0.1,
                        .low = 1e-6,
                        .high = 1e3,
                        .unit = "kg",
                        .meaning = "mass of the pole"},
                       {.name = "length",
                        .value = 0.5,
                        .low = 1e-3,
                        .high = 1e3,
                        .unit = "m",
                        .meaning = "half the pole's length"},
                       {.name = "force_mag",
                        .value = 10.0,
                        .low = 0,
                        .high = 1e4,
                        .unit = "N",
                        .meaning = "force of a push"},
                       {.name = "tau",
                        .value = 0.02,
                        .low = 1e-5,
                        .high = 1,
                        .unit = "s",
                        .meaning = "time between two steps"},
                       {.name = "theta_threshold_radians",
                        .value = 12 * 2 * 3.141592653589793 / 360,
                        .low = 1e-3,
                        .high = 3.141592653589793,
                        .unit = "rad",
                        .meaning = "pole angle beyond which the episode ends"},
                       {.name = "x_threshold",
                        .value = 2.4,
                        .low = 1e-3,
                        .high = 1e3,
                        .unit = "m",
                        .meaning = "cart position beyond which the episode ends"}},
        .choices = {{.name = "kinematics_integrator",
                     .options = {"euler", "semi-implicit euler"},
                     .meaning = "positions advance with old or new velocities"},
                    {.name = "sutton_barto_reward",
                     .options = false_or_true,
                     .meaning = "0 a step and -1 at the end instead of 1 a step"},
                    {.name = "discretization",
                     .options = {"division", "bins", "coarse"},
                     .meaning = "the cells in which tabular learners see a state"}},
        .reset_draws = 4};

    template <class L>
    struct State {
        typename L::real x, x_dot, theta, theta_dot;

        auto columns() { return std::tie(x, x_dot, theta, theta_dot); }
    };

    // A world's parameters and what a step needs of them again and again.
    template <class L>
    struct World {
        using real = typename L::real;
        real gravity, force_mag, tau, theta_threshold, x_threshold;
        real length, masspole, total_mass, polemass_length;
        real push, lever, share;  // force_mag, polemass_length, masspole / total_mass
        real inverse[3];    // of length * (4/3 - masspole cos^2 / total_mass), in powers of sin^2
        real short_limit;   // theta^2 up to which the short series hold
        bool always_short;  // no step begins beyond short_limit
        bool semi_implicit, sutton_barto;
        int discretization;
    };
    // The settings nearly everybody uses, known at compile time.
    template <class W>
    struct Usual : W {
        static constexpr bool always_short = true, semi_implicit = false, sutton_barto = false;
        static bool holds(const W& w) noexcept {
            return w.always_short && !w.semi_implicit && !w.sutton_barto;
        }
    };

    // `parameter(i)` gives parameters[i]; `after_end` tells that steps may follow an episode's end.
    template <class L>
    static LOCKSTEP_INLINE World<L> prepare(auto&& parameter, const std::int32_t* choice,
                                            bool after_end) noexcept {
        using real = typename L::real;
        World<L> w;
        w.gravity = parameter(0);
        const real masscart = parameter(1);
        w.masspole = parameter(2);
        w.length = parameter(3);
        w.force_mag = parameter(4);
        w.tau = parameter(5);
        w.theta_threshold = parameter(6);
        w.x_threshold = parameter(7);
        w.total_mass = w.masspole + masscart;
        w.polemass_length = w.masspole * w.length;
        w.push = w.force_mag / w.total_mass;
        w.lever = w.polemass_length / w.total_mass;
        // With k = m / (4/3 - m) the divisor is length (4/3 - m) (1 + k sin^2), m = masspole /
        // total.
        w.share = w.masspole / w.total_mass;
        const real rest = real(4.0 / 3.0) - w.share;
        const real k = w.share / rest;
        w.inverse[0] = real(1) / (w.length * rest);
        w.inverse[1] = -k * w.inverse[0];
        w.inverse[2] = -k * w.inverse[1];
        // The series' next term stays below 2^-24, and the short sine below 0.25 rad.
        const real limit = real(0x1p-8) / k;
        w.short_limit = select(limit < real(0.0625), limit, real(0.0625));
        w.always_short = !after_end && all(w.theta_threshold * w.theta_threshold < w.short_limit);
        w.semi_implicit = choice[0] == 1;
        w.sutton_barto = choice[1] == 1;
        w.discretization = choice[2];
        return w;
    }

    template <class L>
    static LOCKSTEP_INLINE State<L> reset(const World<L>&, auto& rng) noexcept {
        return {rng.uniform(-0.05, 0.05), rng.uniform(-0.05, 0.05), rng.uniform(-0.05, 0.05),
                rng.uniform(-0.05, 0.05)};
    }

    // action: 0 pushes left, 1 pushes right.
    template <class L>
    static LOCKSTEP_INLINE Step<L> step(State<L>& s, const auto& action, const auto& w,
                                        auto&) noexcept {
        using real = typename L::real;
        const Acceleration<L> a = acceleration(s, action == 1, w);
        const real old_x_dot = s.x_dot, old_theta_dot = s.theta_dot;
        s.x_dot = advance<L>(s.x_dot, w.tau, a.x);
        s.theta_dot = advance<L>(s.theta_dot, w.tau, a.theta);
        s.x = advance<L>(s.x, w.tau, w.semi_implicit ? s.x_dot : old_x_dot);
        s.theta = advance<L>(s.theta, w.tau, w.semi_implicit ? s.theta_dot : old_theta_dot);

        const auto terminated = (abs(s.x) > w.x_threshold) | (abs(s.theta) > w.theta_threshold);
        if (w.sutton_barto) return {select(terminated, real(-1), real(0)), terminated};
        return {real(1), terminated, select(terminated, real(0), real(1))};
    }

    // The cell that a tabular learner sees the state in. Cells at the border take in all beyond.
    template <class L>
    static LOCKSTEP_INLINE typename L::i32 state_number(const State<L>& s, const auto& w) noexcept {
        using real = typename L::real;
        using i32 = typename L::i32;
        const Cells* cells = grids[w.discretization];
        i32 number(0);
        for_each_column(s, [&](const real& value) LOCKSTEP_LAMBDA {
            const real place = fma(value, real(cells->per_unit), real(cells->offset));
            const real least(cells->least), most(cells->most);
            const real low = select(place > least, place, least);
            const i32 cell = truncated(select(low < most, low, most)) - i32(cells->least);
            number = number * i32(cells->most - cells->least + 1) + cell;
            ++cells;
        });
        return number;
    }
    template <class L>
    static std::int64_t state_numbers(const auto& w) noexcept {
        std::int64_t count = 1;
        for (const Cells& c : grids[w.discretization]) count *= c.most - c.least + 1;
        return count;
    }

private:
    // Of one variable: value * per_unit + offset, truncated toward zero, from `least` to `most`.
    struct Cells {
        double per_unit, offset;
        int least, most;
    };
    // The first two are those of tutorial "Peter and the wolf". Division by 0.25, 0.25, 0.01, 0.1
    // truncates toward zero, so that cell 0 is twice as wide; no state of a live episode lies in
    // its outermost cells. Bins are NumPy's digitize: 0 below the first edge. Coarse tells apart
    // what a balance needs: where the cart is and goes in thirds, the pole in steps of 0.03 rad and
    // 0.4 rad/s.
    static constexpr Cells grids[3][4] = {
        {{4, 0, -10, 10}, {4, 0, -20, 20}, {100, 0, -21, 21}, {10, 0, -40, 40}},
        {{2, 11, 0, 21}, {5, 11, 0, 21}, {10, 6, 0, 11}, {2.5, 6, 0, 11}},
        {{0.625, 1.5, 0, 2}, {5.0 / 3, 1.5, 0, 2}, {100.0 / 3, 6, 0, 11}, {2.5, 5, 0, 9}},
    };

    template <class L>
    struct Acceleration {
        typename L::real x, theta;
    };

    // Fused in f32; as Gymnasium writes it, in two roundings, in f64.
    template <class L>
    static LOCKSTEP_INLINE typename L::real advance(const typename L::real& value,
                                                    const typename L::real& tau,
                                                    const typename L::real& rate) noexcept {
        if constexpr (sizeof(typename L::scalar) == 4)
            return fma(tau, rate, value);
        else
            return value + tau * rate;
    }

    template <class L>
    static LOCKSTEP_INLINE Acceleration<L> acceleration(const State<L>& s,
                                                        const typename L::mask& right,
                                                        const auto& w) noexcept {
        if constexpr (sizeof(typename L::scalar) == 4)
            return fast(s, right, w);
        else
            return exact(s, right, w);
    }

    template <class L>
    static LOCKSTEP_INLINE Acceleration<L> exact(const State<L>& s, const typename L::mask& right,
                                                 const auto& w) noexcept {
        using real = typename L::real;
        const auto [sin, cos] = sincos(s.theta);
        const real force = select(right, w.force_mag, -w.force_mag);
        const real temp =
            (force + w.polemass_length * (s.theta_dot * s.theta_dot) * sin) / w.total_mass;
        const real theta = (w.gravity * sin - cos * temp) /
                           (w.length * (real(4.0 / 3.0) - w.masspole * (cos * cos) / w.total_mass));
        return {temp - w.polemass_length * theta * cos / w.total_mass, theta};
    }

    template <class L>
    static LOCKSTEP_INLINE Acceleration<L> fast(const State<L>& s, const typename L::mask& right,
                                                const auto& w) noexcept {
        using real = typename L::real;
        auto [sin, cos] = sincos_short(s.theta);
        const real square = sin * sin;
        real inverse = fma(fma(w.inverse[2], square, w.inverse[1]), square, w.inverse[0]);
        if (!w.always_short) [[unlikely]] {
            const auto beyond = ~(s.theta * s.theta <= w.short_limit);
            if (any(beyond)) {
                const auto wide = sincos(s.theta);
                sin = select(beyond, wide.sin, sin);
                cos = select(beyond, wide.cos, cos);
                const real mass = fnma(cos * cos, w.share, real(4.0 / 3.0));
                inverse = select(beyond, real(1) / (w.length * mass), inverse);
            }
        }
        const real push = select(right, w.push, -w.push);
        const real temp = fma(w.lever * sin, s.theta_dot * s.theta_dot, push);
        const real theta = fnma(cos, temp, w.gravity * sin) * inverse;
        return {fnma(w.lever * theta, cos, temp), theta};
    }
};

}  // namespace lockstep

// CartPole: a pole hinged on a cart that is pushed left or right (Barto, Sutton and Anderson 1983).
// Constants, limits and, in double precision, the order of operations are those of Gymnasium 1.3's
// CartPole-v1.
//
// Must not:  know which lane it runs in, when worlds are reset, or how long episodes last.
// Invariant: one step of a lane depends on that lane alone.
#pragma once

#include <cmath>

#include <lockstep/environment.hpp>

namespace lockstep {

struct CartPole {
    static constexpr Description about{
        .name = "cartpole",
        .source = "Gymnasium 1.3 classic_control/cartpole",
        .ids = {{.id = "CartPole-v0", .max_episode_steps = 200, .reward_threshold = 195},
                {.id = "CartPole-v1", .max_episode_steps = 500, .reward_threshold = 475}},
        .actions = {"push left", "push right"},
        .observations = {{.name = "x", .low = -4.8, .high = 4.8, .unit = "m"},
                         {.name = "x_dot", .unit = "m/s"},
                         {.name = "theta", .low = -0.418879, .high = 0.418879, .unit = "rad"},
                         {.name = "theta_dot", .unit = "rad/s"}},
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
        .gymnasium_draws = GymnasiumDraws::resets};

    template <class L>
    struct State {
        real<L> x, x_dot, theta, theta_dot;

        auto columns() { return std::tie(x, x_dot, theta, theta_dot); }
    };

    enum class Integrator { euler, semi_implicit };
    template <class L>
    struct Parameters {
        real<L> gravity, masscart, masspole, length, force_mag, tau, theta_threshold, x_threshold;
        Integrator integrator;
        bool sutton_barto;
        int discretization;
    };

    // What every step of a world needs.
    template <class L>
    struct Constants : Parameters<L> {
        real<L> total_mass, polemass_length;
        real<L> force_per_mass, pole_moment_per_mass, pole_mass_fraction;
        real<L> inverse[3];   // of length * (4/3 - masspole cos^2 / total_mass), in powers of sin^2
        real<L> short_limit;  // theta^2 up to which the short series hold
        bool always_short;    // no step begins beyond short_limit
    };
    // The usual settings, known at compile time.
    template <class C>
    struct CommonCase : C {
        static constexpr bool always_short = true, sutton_barto = false;
        static constexpr Integrator integrator = Integrator::euler;
        static bool matches(const C& c) noexcept {
            return c.always_short && c.integrator == Integrator::euler && !c.sutton_barto;
        }
    };

    template <class L>
    static LOCKSTEP_INLINE Constants<L> prepare(const Parameters<L>& p, bool after_end) noexcept {
        Constants<L> c;
        static_cast<Parameters<L>&>(c) = p;
        c.total_mass = p.masspole + p.masscart;
        c.polemass_length = p.masspole * p.length;
        c.force_per_mass = p.force_mag / c.total_mass;
        c.pole_moment_per_mass = c.polemass_length / c.total_mass;
        // With k = m / (4/3 - m) the divisor is length (4/3 - m) (1 + k sin^2), m = masspole /
        // total.
        c.pole_mass_fraction = p.masspole / c.total_mass;
        const real<L> rest = 4.0 / 3.0 - c.pole_mass_fraction;
        const real<L> k = c.pole_mass_fraction / rest;
        c.inverse[0] = 1 / (p.length * rest);
        c.inverse[1] = -k * c.inverse[0];
        c.inverse[2] = -k * c.inverse[1];
        // The series' next term stays below 2^-24, and the short sine below 0.25 rad.
        c.short_limit = min(real<L>(0.0625), 0x1p-8 / k);
        c.always_short = !after_end && all(p.theta_threshold * p.theta_threshold < c.short_limit);
        return c;
    }

    template <class L>
    static LOCKSTEP_INLINE State<L> reset(const Constants<L>&, auto& random) noexcept {
        return {random.uniform(-0.05, 0.05), random.uniform(-0.05, 0.05),
                random.uniform(-0.05, 0.05), random.uniform(-0.05, 0.05)};
    }

    template <class L>
    static LOCKSTEP_INLINE Step<L> step(State<L>& s, const auto& action, const auto& c,
                                        auto&) noexcept {
        const Acceleration<L> a = acceleration(s, action == 1, c);
        const real<L> old_x_dot = s.x_dot, old_theta_dot = s.theta_dot;
        s.x_dot = advance<L>(s.x_dot, c.tau, a.x);
        s.theta_dot = advance<L>(s.theta_dot, c.tau, a.theta);
        const bool semi_implicit = c.integrator == Integrator::semi_implicit;
        s.x = advance<L>(s.x, c.tau, semi_implicit ? s.x_dot : old_x_dot);
        s.theta = advance<L>(s.theta, c.tau, semi_implicit ? s.theta_dot : old_theta_dot);

        const auto terminated = (abs(s.x) > c.x_threshold) | (abs(s.theta) > c.theta_threshold);
        const real<L> one(1), zero(0);
        if (c.sutton_barto) return {select(terminated, -one, zero), terminated};
        return {one, terminated, select(terminated, zero, one)};
    }

    // The cell of a state for tabular learners. Outermost cells extend to infinity.
    template <class L>
    static LOCKSTEP_INLINE i32<L> state_index(const State<L>& s, const auto& c) noexcept {
        const Cells* cells = grids[c.discretization];
        i32<L> index(0);
        for_each_column(s, [&](const real<L>& value) LOCKSTEP_LAMBDA {
            const real<L> place = fma(value, real<L>(cells->per_unit), real<L>(cells->offset));
            const real<L> least(cells->least), most(cells->most);
            const i32<L> cell = truncated(clamp(place, least, most)) - cells->least;
            index = index * (cells->most - cells->least + 1) + cell;
            ++cells;
        });
        return index;
    }
    template <class L>
    static std::int64_t state_count(const auto& c) noexcept {
        std::int64_t count = 1;
        for (const Cells& cells : grids[c.discretization]) count *= cells.most - cells.least + 1;
        return count;
    }

    // As Gymnasium draws it: the same pixels except where slanted edges are blended.
    static constexpr PictureInfo picture{.width = 600, .height = 400, .centiseconds = 2};
    static void draw(const auto& s, const auto& p, Canvas& canvas) {
        constexpr Color tan{202, 152, 101}, purple{129, 132, 203};
        constexpr double half_width = 25, half_height = 15, half_pole = 5, axle = 7.5;
        constexpr double track = 100;  // from the bottom
        const double scale = picture.width / (2 * p.x_threshold);
        const double cart = s.x * scale + picture.width / 2.0;
        const double tip = scale * 2 * p.length - half_pole;
        // Gymnasium's coordinates grow upward from the last row; pygame truncates to pixels.
        const auto pixel = [](double x, double y) {
            return Point{std::trunc(x) + 0.5, picture.height - 1 - std::trunc(y) + 0.5};
        };
        const auto turned = [&](double x, double y) {
            return pixel(cart + x * std::cos(s.theta) + y * std::sin(s.theta),
                         track + axle - x * std::sin(s.theta) + y * std::cos(s.theta));
        };
        const Point body[] = {pixel(cart - half_width, track - half_height),
                              pixel(cart - half_width, track + half_height),
                              pixel(cart + half_width, track + half_height),
                              pixel(cart + half_width, track - half_height)};
        const Point pole[] = {turned(-half_pole, -half_pole), turned(-half_pole, tip),
                              turned(half_pole, tip), turned(half_pole, -half_pole)};
        canvas.clear(white);
        canvas.polygon(body, black, 1);
        canvas.polygon(pole, tan, 1);
        canvas.circle(pixel(cart, track + axle), half_pole + 0.5, purple);
        canvas.rectangle(0, picture.height - 1 - track, picture.width, 1, black);
    }

private:
    // For one variable: value * per_unit + offset, truncated toward zero, from `least` to `most`.
    struct Cells {
        double per_unit, offset;
        int least, most;
    };
    // The first two grids are those of the tutorial "Peter and the wolf". Division by 0.25, 0.25,
    // 0.01, 0.1 truncates toward zero, so that cell 0 is twice as wide; no state of a live episode
    // lies in its outermost cells. Bins are NumPy's digitize: 0 below the first edge. Coarse keeps
    // what balancing needs: cart position and velocity in thirds, the pole in steps of 0.03 rad and
    // 0.4 rad/s.
    static constexpr Cells grids[3][4] = {
        {{4, 0, -10, 10}, {4, 0, -20, 20}, {100, 0, -21, 21}, {10, 0, -40, 40}},
        {{2, 11, 0, 21}, {5, 11, 0, 21}, {10, 6, 0, 11}, {2.5, 6, 0, 11}},
        {{0.625, 1.5, 0, 2}, {5.0 / 3, 1.5, 0, 2}, {100.0 / 3, 6, 0, 11}, {2.5, 5, 0, 9}},
    };

    template <class L>
    struct Acceleration {
        real<L> x, theta;
    };

    // Fused in f32; in f64 with two roundings, as in Gymnasium.
    template <class L>
    static LOCKSTEP_INLINE real<L> advance(const real<L>& value, const real<L>& tau,
                                           const real<L>& rate) noexcept {
        if constexpr (sizeof(typename L::scalar) == 4)
            return fma(tau, rate, value);
        else
            return value + tau * rate;
    }

    template <class L>
    static LOCKSTEP_INLINE Acceleration<L> acceleration(const State<L>& s, const mask<L>& right,
                                                        const auto& c) noexcept {
        if constexpr (sizeof(typename L::scalar) == 4)
            return fast(s, right, c);
        else
            return exact(s, right, c);
    }

    template <class L>
    static LOCKSTEP_INLINE Acceleration<L> exact(const State<L>& s, const mask<L>& right,
                                                 const auto& c) noexcept {
        const auto [sin, cos] = sincos(s.theta);
        const real<L> force = select(right, c.force_mag, -c.force_mag);
        const real<L> temp =
            (force + c.polemass_length * (s.theta_dot * s.theta_dot) * sin) / c.total_mass;
        const real<L> theta = (c.gravity * sin - cos * temp) /
                              (c.length * (4.0 / 3.0 - c.masspole * (cos * cos) / c.total_mass));
        return {temp - c.polemass_length * theta * cos / c.total_mass, theta};
    }

    template <class L>
    static LOCKSTEP_INLINE Acceleration<L> fast(const State<L>& s, const mask<L>& right,
                                                const auto& c) noexcept {
        auto [sin, cos] = sincos_short(s.theta);
        const real<L> square = sin * sin;
        real<L> inverse = fma(fma(c.inverse[2], square, c.inverse[1]), square, c.inverse[0]);
        if (!c.always_short) [[unlikely]] {
            const auto beyond = ~(s.theta * s.theta <= c.short_limit);
            if (any(beyond)) {
                const auto wide = sincos(s.theta);
                sin = select(beyond, wide.sin, sin);
                cos = select(beyond, wide.cos, cos);
                const real<L> mass = fnma(cos * cos, c.pole_mass_fraction, real<L>(4.0 / 3.0));
                inverse = select(beyond, 1 / (c.length * mass), inverse);
            }
        }
        const real<L> force_per_mass = select(right, c.force_per_mass, -c.force_per_mass);
        const real<L> temp =
            fma(c.pole_moment_per_mass * sin, s.theta_dot * s.theta_dot, force_per_mass);
        const real<L> theta = fnma(cos, temp, c.gravity * sin) * inverse;
        return {fnma(c.pole_moment_per_mass * theta, cos, temp), theta};
    }
};

}  // namespace lockstep

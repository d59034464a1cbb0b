// LunarLander: a hull with two legs on springs is to land between two flags, by engines that fire
// downward and to either side. Rules, constants and order of operations are those of Gymnasium
// 1.4's LunarLander-v3, its physics that of Box2D 2.3 in single precision, bit for bit.
//
// Must not:  know which lane it runs in, when worlds are reset, or how long episodes last.
// Invariant: one step of a lane depends on that lane alone. What Gymnasium computes in Python's
//            numbers is computed in double here, in both precisions. A world that has fallen asleep
//            has ended its episode; stepped on all the same, it moves where Box2D's would rest.
#pragma once

#include <lockstep/detail/rigid_body/island.hpp>
#include <lockstep/environment.hpp>

namespace lockstep {

// What LunarLander-v3 and LunarLanderContinuous-v3 have in common.
struct LunarLanderWorld {
    static constexpr double pi = 3.141592653589793;
    static constexpr double scale = 30, fps = 50;  // pixels/m, steps/s
    static constexpr double width = 600 / scale, height = 400 / scale;
    static constexpr double pad_height = height / 4, leg_down = 18 / scale;

    static constexpr std::initializer_list<ColumnInfo> observations = {
        {.name = "x", .low = -2.5, .high = 2.5, .unit = "10 m"},
        {.name = "y", .low = -2.5, .high = 2.5, .unit = "6.67 m"},
        {.name = "vx", .low = -10, .high = 10, .unit = "5 m/s"},
        {.name = "vy", .low = -10, .high = 10, .unit = "7.5 m/s"},
        {.name = "angle", .low = -2 * pi, .high = 2 * pi, .unit = "rad"},
        {.name = "omega", .low = -10, .high = 10, .unit = "2.5 rad/s"},
        {.name = "leg0_contact", .low = 0, .high = 1},
        {.name = "leg1_contact", .low = 0, .high = 1}};
    static constexpr std::initializer_list<ColumnInfo> states = {
        {.name = "lander_x", .unit = "m"},
        {.name = "lander_y", .unit = "m"},
        {.name = "lander_angle", .unit = "rad"},
        {.name = "lander_vx", .unit = "m/s"},
        {.name = "lander_vy", .unit = "m/s"},
        {.name = "lander_omega", .unit = "rad/s"},
        {.name = "leg0_x", .unit = "m"},
        {.name = "leg0_y", .unit = "m"},
        {.name = "leg0_angle", .unit = "rad"},
        {.name = "leg0_vx", .unit = "m/s"},
        {.name = "leg0_vy", .unit = "m/s"},
        {.name = "leg0_omega", .unit = "rad/s"},
        {.name = "leg1_x", .unit = "m"},
        {.name = "leg1_y", .unit = "m"},
        {.name = "leg1_angle", .unit = "rad"},
        {.name = "leg1_vx", .unit = "m/s"},
        {.name = "leg1_vy", .unit = "m/s"},
        {.name = "leg1_omega", .unit = "rad/s"},
        {.name = "leg0_contact"},
        {.name = "leg1_contact"},
        {.name = "awake"},
        // What the solver remembers.
        {.name = "hull_hit"},
        {.name = "hull_center", .unit = "m", .shape = {2}},
        {.name = "joint_impulse", .shape = {2, 4}},
        {.name = "joint_limit", .low = -1, .high = 1, .shape = {2}},
        {.name = "rest_time", .unit = "s", .shape = {3}},
        {.name = "neighborhood", .shape = {3, 20}},
        {.name = "ground", .unit = "m", .shape = {rigid_body::ground_points}},
        {.name = "wind_index"},
        {.name = "torque_index"}};
    static constexpr std::initializer_list<ParameterInfo> parameters = {
        {.name = "gravity",
         .value = -10,
         .low = -11.999999,
         .high = -1e-6,
         .unit = "m/s^2",
         .meaning = "gravitational acceleration, upward"},
        {.name = "wind_power",
         .value = 15,
         .low = 0,
         .high = 20,
         .unit = "N",
         .meaning = "greatest force of the wind"},
        {.name = "turbulence_power",
         .value = 1.5,
         .low = 0,
         .high = 2,
         .unit = "N m",
         .meaning = "greatest torque of the wind"}};
    static constexpr std::initializer_list<ChoiceInfo> choices = {
        {.name = "enable_wind",
         .options = false_or_true,
         .meaning = "whether wind blows until a leg touches the ground"}};

    // Masses are those that Box2D computes from densities of 5 and 1, in single precision.
    struct Hull {
        static constexpr rigid_body::Constant corner[] = {{0x1.222222p-1F, -0x1.555556p-2F},
                                                          {0x1.222222p-1F, 0},
                                                          {0x1.dddddep-2F, 0x1.222222p-1F},
                                                          {-0x1.dddddep-2F, 0x1.222222p-1F},
                                                          {-0x1.222222p-1F, 0},
                                                          {-0x1.222222p-1F, -0x1.555556p-2F}};
        static constexpr rigid_body::Constant normal[] = {
            {1, 0},  {0x1.f8358ep-1F, 0x1.63e990p-3F},
            {0, 1},  {-0x1.f8358ep-1F, 0x1.63e990p-3F},
            {-1, 0}, {0, -1}};
        static constexpr rigid_body::Constant centroid{0x1.09be72p-28F, 0x1.9ef446p-4F};
        static constexpr rigid_body::Constant mass_center{0, 0x1.9ef44ap-4F};
        static constexpr float inverse_mass = 0x1.a930b8p-3F;       // 1/kg
        static constexpr float inverse_inertia = 0x1.46948ep+0F;    // 1/(kg m^2)
        static constexpr float friction = 0.1F;                     // on the ground's line
        static constexpr float friction_on_floor = 0x1.21a186p-3F;  // sqrt(0.1 * 0.2)
    };
    struct Leg {
        static constexpr rigid_body::Constant corner[] = {{-0x1.111112p-4F, -0x1.111112p-2F},
                                                          {0x1.111112p-4F, -0x1.111112p-2F},
                                                          {0x1.111112p-4F, 0x1.111112p-2F},
                                                          {-0x1.111112p-4F, 0x1.111112p-2F}};
        static constexpr rigid_body::Constant normal[] = {{0, -1}, {1, 0}, {0, 1}, {-1, 0}};
        static constexpr rigid_body::Constant centroid{0, 0}, mass_center{0, 0};
        static constexpr float inverse_mass = 0x1.c1fffcp+3F;
        static constexpr float inverse_inertia = 0x1.172e92p+9F;
        static constexpr float friction = 0x1.21a186p-3F;
        static constexpr float friction_on_floor = 0.2F;
    };
    // Leg 0 is the one at the right, `side` -1; angles count from the legs' first tilt.
    template <int side>
    struct LegHinge {
        using A = Hull;
        using B = Leg;
        static constexpr rigid_body::Constant anchor_a{0, 0};
        static constexpr rigid_body::Constant anchor_b{side * 0x1.555556p-1F, 0x1.333334p-1F};
        static constexpr float reference_angle = side * 0.05F;
        static constexpr float lower_angle = side < 0 ? 0.4F : -0.9F;
        static constexpr float upper_angle = side < 0 ? 0.9F : -0.4F;
        static constexpr float motor_speed = side * 0.3F, max_motor_torque = 40;
    };
    struct Hinges {
        using First = LegHinge<-1>;
        using Second = LegHinge<1>;
    };

    // Everything that a precision does not change depends on the instruction set alone, so that it is
    // compiled once; and none of it is inlined, since many kernels call it, and a step takes far
    // longer than a call.
    template <class Isa>
    struct Everything {
        rigid_body::World<Isa> world;
        Vec<Isa, std::int32_t> wind_index, torque_index;

        auto columns() {
            auto& w = world;
            return std::tie(w.body, w.leg_contact, w.awake, w.hull_hit, w.hull_center, w.joint,
                            w.held, w.rest_time, w.near, w.ground, wind_index, torque_index);
        }
    };
    template <class L>
    using State = Everything<typename L::isa>;
    template <class L>
    struct Parameters {
        real<L> gravity, wind_power, turbulence_power;
        bool enable_wind;
    };
    template <class L>
    struct Observation {
        real<L> x, y, vx, vy, angle, omega, leg0_contact, leg1_contact;

        auto columns() { return std::tie(x, y, vx, vy, angle, omega, leg0_contact, leg1_contact); }
    };
    // The power of the main engine and of the side engines, 0 or from 0.5 to 1, and which of these
    // fires: -1 the left one, 1 the right one.
    template <class Isa>
    struct Thrust {
        Vec<Isa, double> main, side, direction;
    };
    // A world in the middle of a step.
    template <class Isa>
    struct Middle {
        Everything<Isa> state;
        rigid_body::StepWork<Isa> step;
        Thrust<Isa> thrust;
        Vec<Isa, double> shaping;  // before the step
    };
    template <class L>
    using Work = Middle<typename L::isa>;

    template <class L>
    LOCKSTEP_KERNEL [[gnu::noinline]] static State<L> reset(const Parameters<L>& p,
                                                            auto& random) noexcept {
        using Isa = typename L::isa;
        Drawn<Isa> drawn;
        for (auto& height : drawn.heights)
            height = draw<L>(random, 0, LunarLanderWorld::height / 2);
        for (auto& push : drawn.push) push = draw<L>(random, -initial_push, initial_push);
        for (auto& index : drawn.wind) {
            index = 0;
            if (p.enable_wind)
                index = bit_cast<std::int32_t>(random.below(u32<L>(2 * most_wind)) - most_wind);
        }
        drawn.along = dispersion<L>(random);
        drawn.across = dispersion<L>(random);
        Work<L> work;
        begin_episode(drawn, weather<L>(p), work);
        advance<L>(&work, 1);
        rigid_body::end_step<Hinges>(work.step, work.state.world);
        return work.state;
    }
    template <class L>
    static void begin_step(const State<L>& state, const Thrust<typename L::isa>& thrust,
                           const Parameters<L>& p, auto& random, Work<L>& work) noexcept {
        const auto along = dispersion<L>(random), across = dispersion<L>(random);
        begin(state, thrust, weather<L>(p), along, across, work);
    }
    template <class L>
    static void advance(Work<L>* works, int count) noexcept {
        rigid_body::solve_steps<Hinges>(
            rigid_body::StridedSteps<typename L::isa>{&works->step, sizeof *works, count});
    }
    template <class L>
    static Step<L> end_step(Work<L>& work, State<L>& state) noexcept {
        const auto [reward, terminated] = end(work, state);
        return {in_precision<typename L::scalar>(reward), terminated};
    }
    template <class L>
    static Observation<L> observe(const State<L>& s) noexcept {
        const auto now = seen(s.world);
        const auto shown = [](const auto& x) {
            return in_precision<typename L::scalar>(nearest_float(x));
        };
        return {shown(now.x),     shown(now.y),     shown(now.vx),   shown(now.vy),
                shown(now.angle), shown(now.omega), shown(now.leg0), shown(now.leg1)};
    }

    // What Gymnasium's heuristic does, in single precision like there: how far to turn, and how
    // much to rise.
    template <class L>
    struct Todo {
        f32<L> angle, hover;
    };
    template <class L>
    static Todo<L> heuristic_todo(const real<L>* observation) noexcept {
        using F = f32<L>;
        F s[8];
        for (int i = 0; i < 8; ++i) s[i] = in_precision<float>(observation[i]);
        const F target = min(max(s[0] * 0.5F + s[2], F(-0.4F)), F(0.4F));
        const F hover = 0.55F * abs(s[0]);
        const auto landed = (s[6] != 0) | (s[7] != 0);
        return {select(landed, F(0), (target - s[4]) * 0.5F - s[5]),
                select(landed, -s[3] * 0.5F, (hover - s[1]) * 0.5F - s[3] * 0.5F)};
    }

private:
    static constexpr double initial_push = 1000;      // N, at most
    static constexpr std::uint32_t most_wind = 9999;  // the wind's pattern begins at -9999 .. 9998

    template <class Isa>
    struct Weather {
        Vec<Isa, float> gravity;
        Vec<Isa, double> wind_power, turbulence_power;
        bool windy;
    };
    template <class L>
    static Weather<typename L::isa> weather(const Parameters<L>& p) noexcept {
        return {in_precision<float>(p.gravity), in_precision<double>(p.wind_power),
                in_precision<double>(p.turbulence_power), p.enable_wind};
    }

    // What a reset draws.
    template <class Isa>
    struct Drawn {
        Vec<Isa, double> heights[rigid_body::ground_points + 1], push[2];
        Vec<Isa, std::int32_t> wind[2];
        Vec<Isa, double> along, across;
    };
    template <class L>
    static Vec<typename L::isa, double> draw(auto& random, double low, double high) noexcept {
        return in_precision<double>(random.uniform(low, high));
    }
    // How far an engine's thrust strays, along it or across.
    template <class L>
    static Vec<typename L::isa, double> dispersion(auto& random) noexcept {
        return draw<L>(random, -1, 1) / scale;
    }

    template <class Isa>
    struct Seen {
        Vec<Isa, double> x, y, vx, vy, angle, omega, leg0, leg1;
    };
    template <class Isa>
    LOCKSTEP_KERNEL [[gnu::noinline]] static Seen<Isa> seen(
        const rigid_body::World<Isa>& w) noexcept {
        using D = Vec<Isa, double>;
        const auto& body = w.body[rigid_body::hull];
        const auto wide = [](const auto& x) { return in_precision<double>(x); };
        const auto flag = [](const auto& m) { return select(m, D(1), D(0)); };
        return {(wide(body.position.x) - width / 2) / (width / 2),
                (wide(body.position.y) - (pad_height + leg_down)) / (height / 2),
                wide(body.velocity.x) * (width / 2) / fps,
                wide(body.velocity.y) * (height / 2) / fps,
                wide(body.angle),
                20.0 * wide(body.spin) / fps,
                flag(w.leg_contact[0]),
                flag(w.leg_contact[1])};
    }
    template <class Isa>
    static Vec<Isa, double> shaping(const Seen<Isa>& s) noexcept {
        return -100 * sqrt(s.x * s.x + s.y * s.y) - 100 * sqrt(s.vx * s.vx + s.vy * s.vy) -
               100 * abs(s.angle) + 10 * s.leg0 + 10 * s.leg1;
    }

    // The ground, the bodies at rest above it, and the push that the hull begins with.
    template <class Isa>
    LOCKSTEP_KERNEL [[gnu::noinline]] static void begin_episode(const Drawn<Isa>& drawn,
                                                                const Weather<Isa>& weather,
                                                                Middle<Isa>& work) noexcept {
        using rigid_body::ground_points, rigid_body::hull, rigid_body::leg0, rigid_body::members;
        using Vec2 = rigid_body::Vec2<Isa>;
        using F = Vec<Isa, float>;
        using I = Vec<Isa, std::int32_t>;
        using W = Vec<Isa, std::uint32_t>;
        auto& w = work.state.world;
        const auto height_at = [&](int i) {
            return i >= 3 && i <= 7 ? Vec<Isa, double>(pad_height) : drawn.heights[i];
        };
        for (int i = 0; i < ground_points; ++i) {
            const auto before = height_at(i == 0 ? ground_points : i - 1);
            w.ground.height[i] =
                in_precision<float>(0.33 * (before + height_at(i) + height_at(i + 1)));
        }
        work.state.wind_index = drawn.wind[0];
        work.state.torque_index = drawn.wind[1];
        for (int i = 0; i < members; ++i) {
            const float side = i == hull ? 0.0F : i == leg0 ? -1.0F : 1.0F;
            constexpr double leg_away = 20 / scale;
            const Vec2 at(F(static_cast<float>(width / 2 - side * leg_away)),
                          F(static_cast<float>(height)));
            w.body[i] = {at, F(side * 0.05F), Vec2(0, 0), F(0)};
            w.rest_time[i] = F(0);
            auto& n = w.near[i];
            const rigid_body::Pose<Isa> pose = {at, rigid_body::rotation(w.body[i].angle)};
            n.box =
                grown(i == hull ? rigid_body::bounds<Hull>(pose) : rigid_body::bounds<Leg>(pose));
            n.near = W(0U);
            for (auto& memory : n.memory) memory = {W(0U), {{F(0), F(0)}, {F(0), F(0)}}};
            if (i == hull) w.hull_center = placed(pose, Vec2(Hull::mass_center));
        }
        for (int i = 0; i < 2; ++i) {
            w.joint[i] = {F(0), F(0), F(0), F(0)};
            w.held[i] = I(0);
            w.leg_contact[i] = Mask<Isa>::none();
        }
        w.hull_hit = Mask<Isa>::none();
        w.awake = ~Mask<Isa>::none();
        work.thrust = {0, 0, 0};
        rigid_body::Force<Isa> force = {
            {in_precision<float>(drawn.push[0]), in_precision<float>(drawn.push[1])}, 0, 0};
        apply(weather, drawn.along, drawn.across, force, work);
    }
    template <class Isa>
    LOCKSTEP_KERNEL [[gnu::noinline]] static void begin(
        const Everything<Isa>& state, const Thrust<Isa>& thrust, const Weather<Isa>& weather,
        const Vec<Isa, double>& along, const Vec<Isa, double>& across, Middle<Isa>& work) noexcept {
        work.state = state;
        work.thrust = thrust;
        work.shaping = shaping(seen(state.world));
        rigid_body::Force<Isa> force = {{0, 0}, 0, 0};
        apply(weather, along, across, force, work);
    }

    // Wind, engines, and the first part of the physics.
    template <class Isa>
    LOCKSTEP_KERNEL [[gnu::noinline]] static void apply(const Weather<Isa>& weather,
                                                        const Vec<Isa, double>& along,
                                                        const Vec<Isa, double>& across,
                                                        rigid_body::Force<Isa>& force,
                                                        Middle<Isa>& work) noexcept {
        using D = Vec<Isa, double>;
        using F = Vec<Isa, float>;
        auto& w = work.state.world;
        force.gravity = weather.gravity;
        if (weather.windy) {
            const auto blows = ~(w.leg_contact[0] | w.leg_contact[1]);
            const auto gust = [&](Vec<Isa, std::int32_t>& index, const D& power) {
                const D at = to_real(index, double{});
                const D size = tanh(sin(0.02 * at) + sin(pi * 0.01 * at)) * power;
                index = select(blows, index + 1, index);
                return select(blows, in_precision<float>(size), F(0));
            };
            force.force.x = force.force.x + gust(work.state.wind_index, weather.wind_power);
            force.torque = gust(work.state.torque_index, weather.turbulence_power);
        }
        auto& hull = w.body[rigid_body::hull];
        const auto tip = sincos(in_precision<double>(hull.angle));
        const D side_x = -tip.cos, side_y = tip.sin;
        const D x = in_precision<double>(hull.position.x);
        const D y = in_precision<double>(hull.position.y);
        const auto fire = [&](const D& power, const D& ox, const D& oy, double strength,
                              const D& at_x, const D& at_y) {
            const auto narrow = [](const D& a) { return in_precision<float>(a); };
            const rigid_body::Vec2<Isa> impulse(narrow(-ox * strength * power),
                                                narrow(-oy * strength * power));
            const rigid_body::Vec2<Isa> at(narrow(at_x), narrow(at_y));
            const auto fires = power > 0;
            rigid_body::Motion<Isa> pushed = {hull.velocity, hull.spin};
            rigid_body::push_at<Hull>(pushed, impulse, cross(at - w.hull_center, impulse));
            hull.velocity = select(fires, pushed.velocity, hull.velocity);
            hull.spin = select(fires, pushed.spin, hull.spin);
            w.awake = w.awake | fires;
        };
        constexpr double main_strength = 13, side_strength = 0.6;
        const D down = 4 / scale + 2 * along;
        const D main_x = tip.sin * down + side_x * across;
        const D main_y = -tip.cos * down - side_y * across;
        fire(work.thrust.main, main_x, main_y, main_strength, x + main_x, y + main_y);
        const D away = 3 * across + work.thrust.direction * 12.0 / scale;
        const D over_x = tip.sin * along + side_x * away;
        const D over_y = -tip.cos * along - side_y * away;
        fire(work.thrust.side, over_x, over_y, side_strength, x + over_x - tip.sin * 17.0 / scale,
             y + over_y + tip.cos * 14.0 / scale);
        rigid_body::begin_step<Hinges>(w, force, work.step);
    }

    template <class Isa>
    struct Outcome {
        Vec<Isa, double> reward;
        Mask<Isa> terminated;
    };
    template <class Isa>
    LOCKSTEP_KERNEL [[gnu::noinline]] static Outcome<Isa> end(Middle<Isa>& work,
                                                              Everything<Isa>& state) noexcept {
        using D = Vec<Isa, double>;
        rigid_body::end_step<Hinges>(work.step, work.state.world);
        state = work.state;
        const auto& world = state.world;
        const auto now = seen(world);
        D reward = shaping(now) - work.shaping;
        reward = reward - work.thrust.main * 0.3;
        reward = reward - work.thrust.side * 0.03;
        const auto crashed = world.hull_hit | (abs(now.x) >= 1);
        reward = select(crashed, D(-100), reward);
        return {select(world.awake, reward, D(100)), crashed | ~world.awake};
    }
};

struct LunarLander : LunarLanderWorld {
    static constexpr Description about{
        .name = "lunarlander",
        .source = "Gymnasium 1.4 box2d/lunar_lander",
        .ids = {{.id = "LunarLander-v3", .max_episode_steps = 1000, .reward_threshold = 200}},
        .actions = {"nothing", "fire the left engine", "fire the main engine",
                    "fire the right engine"},
        .observations = LunarLanderWorld::observations,
        .states = LunarLanderWorld::states,
        .parameters = LunarLanderWorld::parameters,
        .choices = LunarLanderWorld::choices,
        .gymnasium_draws = GymnasiumDraws::steps};

    template <class L>
    static void begin_step(const State<L>& state, const auto& action, const Parameters<L>& p,
                           auto& random, Work<L>& work) noexcept {
        using D = Vec<typename L::isa, double>;
        const i32<L> number = action;
        const D turn = to_real(number - 2, double{});
        const auto sideways = (number == 1) | (number == 3);
        LunarLanderWorld::begin_step<L>(state,
                                        Thrust<typename L::isa>{select(number == 2, D(1), D(0)),
                                                                select(sideways, D(1), D(0)), turn},
                                        p, random, work);
    }
    template <class L>
    static i32<L> heuristic(const real<L>* observation) noexcept {
        using I = i32<L>;
        const auto todo = heuristic_todo<L>(observation);
        const auto rise = (todo.hover > abs(todo.angle)) & (todo.hover > 0.05F);
        return select(rise, I(2),
                      select(todo.angle < -0.05F, I(3), select(todo.angle > 0.05F, I(1), I(0))));
    }
};

// The physics is compiled once for each instruction set, in LunarLander's own unit.
#ifdef LOCKSTEP_ISA
#ifdef LOCKSTEP_LUNAR_LANDER_ELSEWHERE
#define LOCKSTEP_PHYSICS extern template
#else
#define LOCKSTEP_PHYSICS template
#endif
namespace rigid_body {
LOCKSTEP_PHYSICS void begin_step<LunarLanderWorld::Hinges, LOCKSTEP_ISA>(
    World<LOCKSTEP_ISA>&, const Force<LOCKSTEP_ISA>&, StepWork<LOCKSTEP_ISA>&) noexcept;
LOCKSTEP_PHYSICS void solve_steps<LunarLanderWorld::Hinges, LOCKSTEP_ISA>(
    const StridedSteps<LOCKSTEP_ISA>&) noexcept;
LOCKSTEP_PHYSICS void end_step<LunarLanderWorld::Hinges, LOCKSTEP_ISA>(
    StepWork<LOCKSTEP_ISA>&, World<LOCKSTEP_ISA>&) noexcept;
}  // namespace rigid_body
#undef LOCKSTEP_PHYSICS
#endif

}  // namespace lockstep

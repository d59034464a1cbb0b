// MountainCar: a car in a valley whose engine is too weak for the hill (Moore, "Efficient
// memory-based learning for robot control", 1990). Constants and, in double precision, the order of
// operations are those of Gymnasium 1.4's MountainCar-v0.
//
// Must not:  know which lane it runs in, when worlds are reset, or how long episodes last.
// Invariant: one step of a lane depends on that lane alone.
#pragma once

#include <cmath>

#include <lockstep/environment.hpp>

namespace lockstep {

struct MountainCar {
    static constexpr ParameterInfo goal_velocity{.name = "goal_velocity",
                                                 .value = 0,
                                                 .low = -0.07,
                                                 .high = 0.07,
                                                 .unit = "1/step",
                                                 .meaning = "least speed at which the goal counts"};
    static constexpr Description about{
        .name = "mountain-car",
        .source = "Gymnasium 1.4 classic_control/mountain_car",
        .ids = {{.id = "MountainCar-v0", .max_episode_steps = 200, .reward_threshold = -110}},
        .actions = {"push left", "no push", "push right"},
        .observations = {{.name = "position", .low = -1.2, .high = 0.6},
                         {.name = "velocity", .low = -0.07, .high = 0.07}},
        .parameters = {goal_velocity,
                       {.name = "force",
                        .value = 0.001,
                        .low = 0,
                        .high = 1,
                        .unit = "1/step^2",
                        .meaning = "what a push adds to the velocity"},
                       {.name = "gravity",
                        .value = 0.0025,
                        .low = 0,
                        .high = 1,
                        .unit = "1/step^2",
                        .meaning = "what the steepest slope takes from the velocity"}},
        .gymnasium_draws = GymnasiumDraws::resets};
    static constexpr double min_position = -1.2, max_position = 0.6, max_speed = 0.07;
    static constexpr double goal_position = 0.5;

    template <class L>
    struct State {
        real<L> position, velocity;

        auto columns() { return std::tie(position, velocity); }
    };
    template <class L>
    struct Parameters {
        real<L> goal_velocity, force, gravity;
    };

    template <class L>
    static State<L> reset(const Parameters<L>&, auto& random) noexcept {
        return {random.uniform(-0.6, -0.4), 0};
    }

    template <class L>
    static Step<L> step(State<L>& s, const auto& action, const Parameters<L>& p, auto&) noexcept {
        const real<L> push = to_real<L>(action - 1) * p.force;
        s.velocity += push + cos(3 * s.position) * -p.gravity;
        s.velocity = clamp(s.velocity, -max_speed, max_speed);
        s.position = clamp(s.position + s.velocity, min_position, max_position);
        s.velocity = select((s.position == min_position) & (s.velocity < 0), 0, s.velocity);
        return {-1, (s.position >= goal_position) & (s.velocity >= p.goal_velocity)};
    }

    static constexpr PictureInfo picture{.width = 600, .height = 400, .centiseconds = 3};
    static void draw(const auto& s, const auto&, Canvas& canvas) {
        draw_valley(s.position, goal_position, canvas);
    }
    // The car at its place, and a flag at the goal.
    static void draw_valley(double position, double goal, Canvas& canvas) {
        const auto at = [](double x) {
            constexpr double scale = picture.width / (max_position - min_position);
            return Point{(x - min_position) * scale,
                         picture.height - (std::sin(3 * x) * 0.45 + 0.55) * scale};
        };
        canvas.clear(white);
        for (int i = 0; i < 99; ++i) {
            const double step = (max_position - min_position) / 99;
            canvas.line(at(min_position + i * step), at(min_position + (i + 1) * step), 1.5, black);
        }
        const Point car = at(position), flag = at(goal);
        const double tilt = std::cos(3 * position);
        const auto turned = [&](double x, double y) {
            return Point{car.x + x * std::cos(tilt) - y * std::sin(tilt),
                         car.y - 10 - x * std::sin(tilt) - y * std::cos(tilt)};
        };
        const Point body[] = {turned(-20, 0), turned(-20, 20), turned(20, 20), turned(20, 0)};
        canvas.polygon(body, black);
        for (const double wheel : {-10, 10}) canvas.circle(turned(wheel, 0), 8, {128, 128, 128});
        const Point cloth[] = {
            {flag.x, flag.y - 50}, {flag.x, flag.y - 40}, {flag.x + 25, flag.y - 45}};
        canvas.line(flag, {flag.x, flag.y - 50}, 1, black);
        canvas.polygon(cloth, {204, 204, 0});
    }

    // 36 cells of 0.05 by 28 cells of 0.005.
    template <class L>
    static i32<L> state_index(const State<L>& s, const Parameters<L>&) noexcept {
        const auto cell = [](const real<L>& value, double low, double per_unit, int cells) {
            return truncated(clamp((value - low) * per_unit, 0, cells - 1));
        };
        return cell(s.position, min_position, 20, 36) * 28 + cell(s.velocity, -max_speed, 200, 28);
    }
    template <class L>
    static std::int64_t state_count(const Parameters<L>&) noexcept {
        return std::int64_t{36} * 28;
    }
};

}  // namespace lockstep

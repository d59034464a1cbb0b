// A user's own environment, outside the library: a point on a line is pushed left, not at all or
// right, and shaken by noise. Its observation is not its state, its steps draw random numbers, and
// it begins nearer to the middle than uniformly.
#pragma once

#include <lockstep/kernels/environment.hpp>
#include <lockstep/kernels/rng.hpp>

namespace lockstep {

struct NoisyIntegrator {
    static constexpr Description about{
        .name = "noisy-integrator",
        .source = "tests/user_environment",
        .ids = {{.id = "NoisyIntegrator-v0", .max_episode_steps = 60, .reward_threshold = 0}},
        .actions = {"left", "wait", "right"},
        .observations = {"position", "lead", "speed"},
        .states = {"position", "velocity"},
        .parameters = {{.name = "noise",
                        .value = 0.25,
                        .low = 0,
                        .high = 10,
                        .unit = "m/s",
                        .meaning = "largest change of velocity in a step, either way, doubled"},
                       {.name = "limit",
                        .value = 1.5,
                        .low = 0.1,
                        .high = 100,
                        .unit = "m",
                        .meaning = "distance from the middle beyond which an episode ends"}},
        .choices = {{.name = "wall",
                     .options = {"absorbing", "bouncing"},
                     .meaning =
                         "what happens at the limit: the episode ends, or the velocity turns"}},
        .reset_draws = 2};

    template <class L>
    struct State {
        typename L::real position, velocity;

        auto columns() { return std::tie(position, velocity); }
    };
    template <class L>
    struct Observation {
        typename L::real position, lead, speed;

        auto columns() { return std::tie(position, lead, speed); }
    };

    template <class L>
    struct World {
        typename L::real noise, limit;
        bool bouncing;
    };
    template <class L>
    static LOCKSTEP_INLINE World<L> prepare(auto&& parameter, const std::int32_t* choice,
                                            bool) noexcept {
        return {parameter(0), parameter(1), choice[0] == 1};
    }

    template <class L>
    static LOCKSTEP_INLINE State<L> reset(const World<L>&, auto& rng) noexcept {
        const typename L::real first = rng.uniform(-0.5, 0.5), second = rng.uniform(-0.5, 0.5);
        return {first + second, typename L::real(0)};
    }

    // action: 0 pushes left, 1 waits, 2 pushes right.
    template <class L>
    static LOCKSTEP_INLINE Step<L> step(State<L>& s, const auto& action, const auto& w,
                                        auto& rng) noexcept {
        using real = typename L::real;
        const real push =
            select(action == 2, real(0.125), select(action == 0, real(-0.125), real(0)));
        const real shake = w.noise * (rng.uniform() - real(0.5));
        s.velocity = real(0.875) * s.velocity + (push + shake);
        s.position = s.position + real(0.5) * s.velocity;
        const auto outside = abs(s.position) > w.limit;
        const real cost = -(s.position * s.position);
        if (!w.bouncing) return {cost, outside};
        s.velocity = select(outside, -s.velocity, s.velocity);
        return {cost, L::mask::none()};
    }

    template <class L>
    static LOCKSTEP_INLINE Observation<L> observe(const State<L>& s) noexcept {
        return {s.position, s.position + s.velocity, abs(s.velocity)};
    }
};

}  // namespace lockstep

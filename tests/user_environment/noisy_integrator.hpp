// A user's own environment, outside the library: a point on a line is pushed left, not at all or
// right, and disturbed by noise. Its observation is not its state, its steps draw random numbers,
// and it begins nearer to the middle than uniformly.
#pragma once

#include <lockstep/detail/random/rng.hpp>
#include <lockstep/environment.hpp>

namespace lockstep {

struct NoisyIntegrator {
    static constexpr Description about{
        .name = "noisy-integrator",
        .source = "tests/user_environment",
        .ids = {{.id = "NoisyIntegrator-v0", .max_episode_steps = 60, .reward_threshold = 0}},
        .actions = {"left", "wait", "right"},
        .observations = {{"position"}, {"lead"}, {"speed"}},
        .states = {{"position"}, {"velocity"}},
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
        .gymnasium_draws = lockstep::GymnasiumDraws::resets};

    template <class L>
    struct State {
        real<L> position, velocity;

        auto columns() { return std::tie(position, velocity); }
    };
    template <class L>
    struct Observation {
        real<L> position, lead, speed;

        auto columns() { return std::tie(position, lead, speed); }
    };
    template <class L>
    struct Parameters {
        real<L> noise, limit;
        bool bouncing;
    };

    template <class L>
    static State<L> reset(const Parameters<L>&, auto& random) {
        const real<L> first = random.uniform(-0.5, 0.5), second = random.uniform(-0.5, 0.5);
        return {first + second, 0};
    }

    template <class L>
    static Step<L> step(State<L>& s, const auto& action, const Parameters<L>& p, auto& random) {
        const real<L> still(0);
        const real<L> push = select(action == 2, 0.125, select(action == 0, -0.125, still));
        const real<L> shake = p.noise * (random.uniform() - 0.5);
        s.velocity = 0.875 * s.velocity + (push + shake);
        s.position = s.position + 0.5 * s.velocity;
        const auto outside = abs(s.position) > p.limit;
        const real<L> cost = -(s.position * s.position);
        if (!p.bouncing) return {cost, outside};
        s.velocity = select(outside, -s.velocity, s.velocity);
        return {cost, mask<L>::none()};
    }

    template <class L>
    static Observation<L> observe(const State<L>& s) {
        return {s.position, s.position + s.velocity, abs(s.velocity)};
    }
};

}  // namespace lockstep

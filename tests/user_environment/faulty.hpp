// Environments that break the contract, each in one way that the compiler cannot see.
#pragma once

#include <lockstep/environment.hpp>

namespace faulty {

using lockstep::real;
using lockstep::Step;

inline constexpr std::initializer_list<const char*> left_or_right = {"left", "right"};

// A place on a line, and where an episode begins.
struct Line {
    template <class L>
    struct State {
        real<L> x;
        auto columns() { return std::tie(x); }
    };
    template <class L>
    static State<L> reset(const auto&, auto& random) {
        return {random.uniform(-1, 1)};
    }
};

// A step that reads its neighbor's lane.
struct Neighbor : Line {
    static constexpr lockstep::Description about{
        .name = "faulty-neighbor",
        .ids = {{.id = "FaultyNeighbor-v0", .max_episode_steps = 30}},
        .actions = left_or_right,
        .observations = {{"x"}},
    };
    template <class L>
    static Step<L> step(State<L>& s, const auto& action, const auto&, auto&) {
        typename L::scalar lanes[lockstep::lane_count + 1];
        s.x.store(lanes);
        lanes[lockstep::lane_count] = lanes[0];
        s.x = 0.5 * (s.x + real<L>::load(lanes + 1)) + select(action == 1, real<L>(0.1), -0.1);
        return {s.x, lockstep::mask<L>::none()};
    }
};

// An observation outside its space.
struct Beyond : Line {
    static constexpr lockstep::Description about{
        .name = "faulty-beyond",
        .ids = {{.id = "FaultyBeyond-v0", .max_episode_steps = 30}},
        .actions = left_or_right,
        .observations = {{.name = "x", .low = -1, .high = 1.5}},
    };
    template <class L>
    static Step<L> step(State<L>& s, const auto&, const auto&, auto&) {
        s.x += 0.25;
        return {s.x, s.x > 1.5};
    }
};

// A reset that draws more than Gymnasium's seeding offers.
struct Greedy : Line {
    static constexpr lockstep::Description about{
        .name = "faulty-greedy",
        .ids = {{.id = "FaultyGreedy-v0", .max_episode_steps = 30}},
        .actions = left_or_right,
        .observations = {{"x"}},
        .gymnasium_draws = lockstep::GymnasiumDraws::resets,
    };
    template <class L>
    static State<L> reset(const auto&, auto& random) {
        real<L> sum = 0;
        for (int i = 0; i < 65; ++i) sum += random.uniform(-0.01, 0.01);
        return {sum};
    }
    template <class L>
    static Step<L> step(State<L>& s, const auto& action, const auto&, auto&) {
        s.x += select(action == 1, real<L>(0.1), -0.1);
        return {s.x, s.x > 2};
    }
};

}  // namespace faulty

// A user's environments in one file: what the contract allows beyond the simple case.
#pragma once

#include <lockstep/detail/lane/matrix.hpp>
#include <lockstep/environment.hpp>

namespace games {

using lockstep::real;
using lockstep::Step;

// Part of a state.
template <class L>
struct Point {
    real<L> x, y;

    auto columns() { return std::tie(x, y); }
};

// A boat drifts in changing winds; its only engine pushes to the right. Two actions, random
// dynamics, a reset with normals, and a rule for an action that does not exist.
struct Drift {
    static constexpr lockstep::Description about{
        .name = "drift",
        .ids = {{.id = "Drift-v0", .max_episode_steps = 40}},
        .actions = {"rest", "push"},
        .observations = {{"x"}, {"y"}, {"wind x"}, {"wind y"}},
    };

    template <class L>
    struct State {
        Point<L> place, wind;

        auto columns() { return std::tie(place, wind); }
    };

    template <class L>
    static State<L> reset(const auto&, auto& random) {
        const auto [x, y] = random.normals();
        return {{0.5 * x, 0.5 * y}, {0, 0}};
    }

    template <class L>
    static Step<L> step(State<L>& s, const auto& action, const auto&, auto& random) {
        const auto [gust_x, gust_y] = random.normals();
        s.wind.x = clamp(s.wind.x + 0.0625 * gust_x, -1, 1);
        s.wind.y = clamp(s.wind.y + 0.0625 * gust_y, -1, 1);
        s.place.x = s.place.x + s.wind.x + 0.25 * lockstep::to_real<L>(2 * action - 1);
        s.place.y = s.place.y + s.wind.y;
        s.place.y = select(action == 2, real<L>(100), s.place.y);  // never
        const real<L> far = max(abs(s.place.x), abs(s.place.y));
        return {3 - far, far > 3};
    }
};

}  // namespace games

// In no namespace: five levers, each of which counts or does not, and as many choices to say how.
struct Levers {
    enum class Sign { minus, plus };
    static constexpr std::initializer_list<const char*> signs = {"minus", "plus"};

    static constexpr lockstep::Description about{
        .name = "levers",
        .ids = {{.id = "Levers-v0", .max_episode_steps = 5}},
        .actions = {"first", "second", "third", "fourth", "fifth"},
        .observations = {{"sum"}},
        .parameters =
            {{.name = "weight", .value = 1, .low = 0, .high = 9, .meaning = "of a lever"}},
        .choices = {{.name = "first", .options = signs, .meaning = "counts"},
                    {.name = "second", .options = signs, .meaning = "counts"},
                    {.name = "third", .options = signs, .meaning = "counts"},
                    {.name = "fourth", .options = signs, .meaning = "counts"},
                    {.name = "reward", .options = lockstep::false_or_true, .meaning = "is given"}},
    };

    template <class L>
    struct State {
        lockstep::real<L> sum;

        auto columns() { return std::tie(sum); }
    };
    template <class L>
    struct Parameters {
        lockstep::real<L> weight;
        Sign first, second, third, fourth;
        bool rewards;
    };

    template <class L>
    static State<L> reset(const Parameters<L>&, auto&) {
        return {0};
    }

    template <class L>
    static lockstep::Step<L> step(State<L>& s, const auto& action, const Parameters<L>& p, auto&) {
        const Sign signs_of[] = {p.first, p.second, p.third, p.fourth, Sign::plus};
        for (int lever = 0; lever < 5; ++lever) {
            const lockstep::real<L> change = signs_of[lever] == Sign::plus ? p.weight : -p.weight;
            s.sum = select(action == lever, s.sum + change, s.sum);
        }
        return {p.rewards ? s.sum : lockstep::real<L>(0), lockstep::mask<L>::none()};
    }
};

namespace games {

// A cannon is turned, and loaded with a charge: an action is a number and a choice.
struct Cannon {
    static constexpr lockstep::Description about{
        .name = "cannon",
        .ids = {{.id = "Cannon-v0", .max_episode_steps = 8}},
        .action_columns = {{.name = "turn", .low = -0.5, .high = 1},
                           {.name = "charge", .options = {"none", "half", "full"}}},
        .observations = {{"angle"}, {"flown"}},
    };

    template <class L>
    struct State {
        real<L> angle, flown;

        auto columns() { return std::tie(angle, flown); }
    };
    template <class L>
    struct Action {
        real<L> turn;
        lockstep::i32<L> charge;
    };

    template <class L>
    static State<L> reset(const auto&, auto& random) {
        return {random.uniform(0, 0.5), 0};
    }

    template <class L>
    static Step<L> step(State<L>& s, const Action<L>& action, const auto&, auto&) {
        s.angle = clamp(s.angle + action.turn, 0, 1);
        s.flown = 0.5 * lockstep::to_real<L>(action.charge) * s.angle;
        return {s.flown, s.flown >= 1};
    }
};

}  // namespace games

namespace games {

// A chain of twenty springs, pulled at one end.
struct Springs {
    static constexpr lockstep::Description about{
        .name = "springs",
        .ids = {{.id = "Springs-v0", .max_episode_steps = 25}},
        .actions = {"let go", "pull"},
        .observations = {{.name = "stretch", .shape = {4, 5}}},
    };

    template <class L>
    struct State {
        lockstep::Vector<real<L>, 20> stretch;

        auto columns() { return std::tie(stretch); }
    };

    template <class L>
    static State<L> reset(const auto&, auto& random) {
        State<L> s;
        for (auto& stretch : s.stretch.element) stretch = random.uniform(-0.25, 0.25);
        return s;
    }

    template <class L>
    static Step<L> step(State<L>& s, const auto& action, const auto&, auto&) {
        const real<L> pull = select(action == 1, real<L>(0.5), real<L>(-0.5));
        for (int i = 0; i < 19; ++i) s.stretch[i] += 0.25 * (s.stretch[i + 1] - s.stretch[i]);
        s.stretch[19] += pull - 0.25 * s.stretch[19];
        return {s.stretch[0], abs(s.stretch[19]) > 1.75};
    }
};

// Thirty-two lamps in a row, one bit each: an action toggles the next lamp, skips it, or steps
// back. Columns of every type; an observation has one bit per lamp.
struct Lamps {
    static constexpr lockstep::Description about{
        .name = "lamps",
        .ids = {{.id = "Lamps-v0", .max_episode_steps = 60}},
        .actions = {"toggle", "skip", "back"},
        .observations = {{.name = "lit", .low = 0, .high = 1, .shape = {4, 8}},
                         {.name = "next", .low = 0, .high = 31},
                         {.name = "noise"}},
        .states = {{"lamps"}, {"next"}, {"last was lit"}, {"noise"}},
    };

    template <class L>
    struct State {
        lockstep::u32<L> lamps;
        lockstep::i32<L> next;
        lockstep::mask<L> last_was_lit;
        real<L> noise;

        auto columns() { return std::tie(lamps, next, last_was_lit, noise); }
    };
    template <class L>
    struct Observation {
        lockstep::mask<L> lit[32];
        lockstep::i32<L> next;
        real<L> noise;

        auto columns() { return std::tie(lit, next, noise); }
    };

    template <class L>
    static State<L> reset(const auto&, auto& random) {
        return {random.bits(), 0, lockstep::mask<L>::none(), random.uniform(0, 1)};
    }
    template <class L>
    static Observation<L> observe(const State<L>& s) {
        Observation<L> seen;
        seen.next = s.next, seen.noise = s.noise;
        for (int i = 0; i < 32; ++i) seen.lit[i] = (s.lamps & (1U << i)) != 0U;
        return seen;
    }

    template <class L>
    static Step<L> step(State<L>& s, const auto& action, const auto&, auto& random) {
        using u32 = lockstep::u32<L>;
        const u32 lamp = u32(1U) << lockstep::bit_cast<std::uint32_t>(s.next);
        s.last_was_lit = (s.lamps & lamp) != 0U;
        s.lamps = select(action == 0, s.lamps ^ lamp, s.lamps);
        s.next = select(action == 2, s.next - 1, s.next + 1) & 31;
        s.noise = random.uniform();
        return {select(s.last_was_lit, real<L>(1), real<L>(0)), s.lamps == 0U};
    }
};

}  // namespace games

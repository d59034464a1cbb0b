// A rocket that has to land softly on the moon with limited fuel.
#include <lockstep/kernels/contract/environment.hpp>

using lockstep::real;

struct Rocket {
    static constexpr lockstep::Description about{
        .name = "rocket",
        .ids = {{.id = "Rocket-v0", .max_episode_steps = 300}},
        .action_columns = {{.name = "thrust", .low = 0, .high = 1}},
        .observations = {{.name = "height", .unit = "10 m"},
                         {.name = "speed", .unit = "10 m/s"},
                         {.name = "fuel", .low = 0, .high = 1}},
        .parameters = {{.name = "gravity",
                        .value = 0.162,
                        .low = 0.01,
                        .high = 1,
                        .unit = "10 m/s^2",
                        .meaning = "acceleration of free fall"}}};

    template <class L>
    struct State {
        real<L> height, speed, fuel;
        auto columns() { return std::tie(height, speed, fuel); }
    };
    template <class L>
    struct Action {
        real<L> thrust;
    };
    template <class L>
    struct Parameters {
        real<L> gravity;
    };

    template <class L>
    static State<L> reset(const Parameters<L>&, auto& random) {
        return {random.uniform(2, 4), random.uniform(-1, 0), 1};
    }

    template <class L>
    static lockstep::Step<L> step(State<L>& s, const Action<L>& action, const Parameters<L>& p,
                                  auto&) {
        const real<L> thrust = min(clamp(action.thrust, 0, 1), 50 * s.fuel);
        s.fuel -= thrust / 50;
        s.speed += (0.6 * thrust - p.gravity) * 0.1;
        s.height += s.speed * 0.1;
        const auto landed = s.height <= 0;
        return {select(landed, 1 + s.speed + s.fuel, 0), landed};
    }
};

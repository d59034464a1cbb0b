// A throughput harness: a world of one's own, stepped by hand, and its bench rows.
#include <cstdio>

#include <lockstep/lockstep.hpp>

int main() {
    namespace ls = lockstep;
    ls::VectorEnv<float> env({.id = "Rocket-v0", .num_envs = 4096});
    const auto height = env.observations().column(0);  // a view: one element an environment
    for (int t = 0; t < 1000; ++t) env.step(env.sample_actions());
    std::printf("the first rocket is at %d m\n", static_cast<int>(height[0]));

    for (const ls::bench::Row& row : ls::bench::run({.env = "Rocket-v0", .seconds = 0.2}))
        std::puts(row.text().c_str());
}

// Uses, by its id, the environment that CMakeLists.txt adds.
#include <cstdio>
#include <exception>

#include <lockstep/vector_env.hpp>

extern "C" int check_own_environment() {
    auto env = lockstep::make<double>("NoisyIntegrator-v0", 4096);
    const lockstep::EpisodeTotals totals = env.rollout({.name = "random"}, 200);
    if (totals.episodes == 0) return 1;
    try {
        env.observation(9);
    } catch (const std::exception& error) {
        std::puts(error.what());
        return 0;
    }
    return 2;
}

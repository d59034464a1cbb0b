// One VectorEnv, two at once, and one for each task of the caller's own parallel loop.
#include <tbb/parallel_for.h>

#include <array>
#include <cstdint>
#include <vector>

#include <lockstep/vector_env.hpp>

namespace {

std::uint64_t played(lockstep::VectorEnv<float>& env) {
    std::vector<std::int32_t> actions(static_cast<std::size_t>(env.size()));
    for (int t = 0; t < 100; ++t) {
        env.act({.name = "random"}, actions);
        env.step(actions);
    }
    return env.hash();
}

std::uint64_t played(std::uint64_t seed) {
    auto env = lockstep::make<float>("CartPole-v1", 48, seed);
    return played(env);
}

}  // namespace

extern "C" int check_worlds() {
    auto first = lockstep::make<float>("CartPole-v1", 48, 1);
    auto second = lockstep::make<float>("CartPole-v1", 48, 2);
    std::array<std::uint64_t, 8> hashes{};
    tbb::parallel_for(std::size_t{0}, hashes.size(),
                      [&](std::size_t i) { hashes[i] = played(i % 2 + 1); });
    const std::array<std::uint64_t, 2> alone = {played(first), played(second)};
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        if (hashes[i] != alone[i % 2]) return 1;
    }
    return alone[0] == alone[1] ? 2 : 0;
}

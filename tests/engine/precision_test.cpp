// Single and double precision play the same episodes: both draw the same random numbers, and
// rounding changes when an episode ends only in very close cases.

#include <cstdint>
#include <cstdio>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "tests/support/catch.hpp"

namespace lockstep {
namespace {

// The length of the first episode of each world under random actions.
template <class Real>
std::vector<std::int32_t> first_lengths(const VectorEnvConfig& config) {
    VectorEnv<Real> env(config);
    std::vector<std::int32_t> lengths(static_cast<std::size_t>(env.size()), 0);
    std::vector<std::int32_t> actions(lengths.size());
    for (std::size_t left = lengths.size(); left > 0;) {
        env.act({.name = "random"}, actions);
        env.step(actions);
        for (std::size_t i = 0; i < lengths.size(); ++i) {
            if (lengths[i] != 0 || (env.terminated()[i] | env.truncated()[i]) == 0) continue;
            lengths[i] = env.episode_length()[i];
            --left;
        }
    }
    return lengths;
}

}  // namespace

TEST_CASE("f32 and f64 agree on the length of all but 0.01 % of random episodes", "[precision]") {
    const VectorEnvConfig config{.id = "CartPole-v1", .num_envs = 200'000, .seed = 20261121};
    const auto single = first_lengths<float>(config);
    const auto twice = first_lengths<double>(config);
    std::size_t different = 0;
    for (std::size_t i = 0; i < single.size(); ++i) different += single[i] != twice[i] ? 1 : 0;
    CAPTURE(config.seed, different);
    std::printf("[precision] %zu of %zu random episodes differ in length\n", different,
                single.size());
    CHECK(different < single.size() / 10'000);
}

}  // namespace lockstep

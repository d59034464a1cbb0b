// Steps a user's own environment, and teaches sixteen learners to land in it.
#include <cstdio>

#include <lockstep/testing.hpp>
#include <lockstep/train.hpp>
#include <lockstep/vector_env.hpp>

int main() {
    for (const std::string& fault : lockstep::testing::check_environment("Rocket-v0"))
        std::puts(fault.c_str());

    auto env = lockstep::make<float>("Rocket-v0", 4096);
    const auto random = env.rollout({"random"}, 1000);
    const auto ppo = lockstep::train("ppo", {.env = "Rocket-v0",
                                             .settings = {{"steps", 100'000}},
                                             .learners = 16,
                                             .test_episodes = 100});
    std::puts(("random thrust: mean return " +
               std::to_string(random.return_sum / static_cast<double>(random.episodes)) +
               "\nppo, sixteen learners: " + std::to_string(ppo.score()))
                  .c_str());
}

// Steps a user's own environment, and teaches sixteen learners to land in it.
#include <cstdio>
#include <string>

#include <lockstep/agents/agent/agent.hpp>
#include <lockstep/agents/registry.hpp>
#include <lockstep/agents/statistics/statistics.hpp>
#include <lockstep/engine/testing/check_environment.hpp>
#include <lockstep/engine/text/number_text.hpp>
#include <lockstep/engine/vector_env/vector_env.hpp>

namespace {

void tell(const std::string& what, double value) {
    std::puts((what + lockstep::shortest(value)).c_str());
}

}  // namespace

int main() {
    for (const std::string& fault : lockstep::testing::check_environment("Rocket-v0"))
        std::puts(fault.c_str());

    auto env = lockstep::make<float>("Rocket-v0", 4096);
    const auto random = env.rollout({"random"}, 1000);
    tell("random thrust: mean return ", random.return_sum / static_cast<double>(random.episodes));

    const lockstep::Agent& ppo = lockstep::find_agent("ppo");
    lockstep::TrainConfig config{.env = "Rocket-v0", .learners = 16, .test_episodes = 100};
    set(config, ppo, "steps=100000");
    tell("ppo, sixteen learners: ", lockstep::mean(train(ppo, config).test_scores));
}

// Classic control: the final returns of learners, with one setting each, next to the returns at
// which Gymnasium or its users call the environment solved.

#include <string>
#include <vector>

#include <lockstep/agent.hpp>
#include <lockstep/statistics.hpp>

#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"

namespace lockstep {
namespace {

constexpr std::int64_t seeds = 32, test_episodes = 100;

ExperimentResult learn(const Common& common, const Json& published,
                       const ProgressCallback& progress, const char* env, const char* agent_id,
                       const std::vector<const char*>& settings) {
    const Agent& agent = find_agent(agent_id);
    TrainConfig config{.env = env,
                       .seed = common.seed_or_zero(),
                       .learners = seeds,
                       .threads = common.threads,
                       .test_episodes = test_episodes};
    for (const char* setting : settings) set(config, agent, setting);
    const TrainResult result = train(agent, config, progress);
    Comparison comparison(published);
    comparison.add_only_measured("iqm", interquartile_mean(result.test_scores));
    comparison.add_only_measured(
        "steps_a_learner", static_cast<double>(result.env_steps) / static_cast<double>(seeds));
    return comparison.finish();
}

ExperimentResult mountain_car(const Common& common, const Json& published,
                              const ProgressCallback& progress) {
    return learn(common, published, progress, "MountainCar-v0", "random-search",
                 {"candidates=1000000", "episodes=10"});
}
ExperimentResult mountain_car_continuous(const Common& common, const Json& published,
                                         const ProgressCallback& progress) {
    return learn(common, published, progress, "MountainCarContinuous-v0", "ppo",
                 {"steps=500000", "num_envs=16", "num_steps=256", "gamma=0.999", "gae_lambda=0.95",
                  "num_minibatches=8", "update_epochs=8", "log_std_init=1"});
}
ExperimentResult acrobot(const Common& common, const Json& published,
                         const ProgressCallback& progress) {
    return learn(common, published, progress, "Acrobot-v1", "ppo", {"steps=100000"});
}
ExperimentResult pendulum(const Common& common, const Json& published,
                          const ProgressCallback& progress) {
    return learn(common, published, progress, "Pendulum-v1", "ppo",
                 {"steps=262144", "num_envs=16", "num_steps=256", "update_epochs=5",
                  "num_minibatches=16", "gamma=0.9", "gae_lambda=0.95", "learning_rate=0.002"});
}

}  // namespace

std::span<const Experiment> classic_control_experiments() {
    static constexpr Experiment rows[] = {
        {"mountain-car", "random search over linear policies in MountainCar-v0; 32 seeds",
         R"({"target": {"iqm": [-120, -90]}})", mountain_car},
        {"mountain-car-continuous", "PPO in MountainCarContinuous-v0; 32 seeds",
         R"({"target": {"iqm": [90, 100]}})", mountain_car_continuous},
        {"acrobot", "PPO in Acrobot-v1; 32 seeds", R"({"target": {"iqm": [-100, -60]}})", acrobot},
        {"pendulum", "PPO in Pendulum-v1; 32 seeds", R"({"target": {"iqm": [-250, -100]}})",
         pendulum},
    };
    return rows;
}

}  // namespace lockstep

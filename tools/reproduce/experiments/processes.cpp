#include "tools/reproduce/experiments/processes.hpp"

namespace lockstep {

FiniteMdp process_of(const std::string& env, const Choices& choices) {
    EnvSettings settings;
    settings.choices = choices;
    return resolve(settings, find_environment(env), 1).model->mdp();
}

std::vector<Episode> random_walks(const Common& common, const std::string& env,
                                  const Choices& choices, std::int64_t max_steps) {
    TrainConfig config{.env = env, .threads = common.threads};
    config.env_settings.choices = choices;
    config.env_settings.max_episode_steps = max_steps;
    const Population<float> population(config);
    const std::vector<float> table(
        static_cast<std::size_t>(population.states() * population.actions()));
    return population.play(table, {.epsilon = 1}, common.seed_or_zero(), Stream::test,
                           random_walk_count);
}

}  // namespace lockstep

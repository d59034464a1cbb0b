
#include <lockstep/evaluation.hpp>

#include <limits>

#include "engine/vector_env/action_buffer.hpp"

namespace lockstep {
namespace {

template <class Real>
PlayedEpisodes play(const VectorEnvConfig& config, const PolicySpec& policy) {
    VectorEnv<Real> env(config);
    const auto count = static_cast<std::size_t>(env.size());
    PlayedEpisodes played{std::vector<double>(count)};
    std::vector<char> done(count, 0);
    ActionBuffer<Real> actions(env);
    for (std::size_t left = count; left > 0;) {
        actions.act(env, policy);
        actions.step(env);
        for (std::size_t i = 0; i < count; ++i) {
            if (done[i] != 0 || (env.terminated()[i] | env.truncated()[i]) == 0) continue;
            played.returns[i] = env.episode_return()[i];
            played.steps += env.episode_length()[i];
            done[i] = 1;
            --left;
        }
    }
    return played;
}

}  // namespace

PlayedEpisodes play_episodes(const TrainConfig& config, const PolicySpec& policy,
                             std::int64_t episodes, Stream stream) {
    const VectorEnvConfig worlds{.id = config.env,
                                 .num_envs = episodes,
                                 .seed = config.seed,
                                 .episodes = stream,
                                 .settings = config.env_settings,
                                 .threads = config.threads,
                                 .isa = config.isa};
    return config.precision == Precision::f32 ? play<float>(worlds, policy)
                                              : play<double>(worlds, policy);
}

std::vector<double> episode_returns(const TrainConfig& config, const PolicySpec& policy,
                                    std::int64_t episodes, Stream stream) {
    return play_episodes(config, policy, episodes, stream).returns;
}

std::vector<double> scores_of(const TrainConfig& config,
                              std::span<const std::vector<double>> returns) {
    if (config.test_episodes == 0) return {};
    const bool each = !config.learner_overrides.empty();
    if (returns.size() == 1 && !each) return returns[0];
    std::vector<double> means;
    for (const std::vector<double>& r : returns) {
        if (!r.empty()) means.push_back(mean(r));
        if (r.empty() && each) means.push_back(std::numeric_limits<double>::quiet_NaN());
    }
    return means;
}

std::vector<double> test_scores(const TrainConfig& config,
                                const std::vector<PolicySpec>& policies) {
    std::vector<std::vector<double>> returns(policies.size());
    for (std::size_t i = 0; i < policies.size() && config.test_episodes > 0; ++i) {
        if (policies[i].name.empty()) continue;
        TrainConfig one = config;
        one.seed = learner_seed(config, static_cast<std::int64_t>(i));
        returns[i] = episode_returns(one, policies[i], config.test_episodes, Stream::test);
    }
    return scores_of(config, returns);
}

Evaluation evaluate(const std::vector<double>& values, std::uint64_t seed) {
    if (values.empty()) return {};
    constexpr int resamples = 2000;
    return {mean(values), interquartile_mean(values),
            bootstrap_interval(values, mean, resamples, seed),
            static_cast<std::int64_t>(values.size())};
}

}  // namespace lockstep

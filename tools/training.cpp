#include <lockstep/tools/training.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace lockstep {
namespace {

Json settings_json(const TrainConfig& config) {
    const EnvironmentEntry entry = find_environment(config.env);
    const EnvironmentInfo& info = entry.tables.info();
    const WorldSettings settings = resolve(config.env_settings, entry, 1);
    Json json;
    for (int i = 0; i < info.parameter_count; ++i) {
        json[info.parameters[i].name] = settings.parameters[static_cast<std::size_t>(i)][0];
    }
    for (int i = 0; i < info.choice_count; ++i) {
        const std::int32_t option = settings.choices[static_cast<std::size_t>(i)];
        json[info.choices[i].name] = info.choices[i].options[option];
    }
    json["max_episode_steps"] = settings.time_limit;
    return json;
}

Json curve_json(const TrainResult& result) {
    Json curve = Json::array();
    for (const Checkpoint& point : result.curve) {
        std::vector<double> sorted = point.values;
        std::ranges::sort(sorted);
        curve.push_back({{"at", point.at},
                         {"unit", result.curve_unit},
                         {"meaning", result.curve_meaning},
                         {"mean", mean(sorted)},
                         {"iqm", interquartile_mean(sorted)},
                         {"p10", quantile(sorted, 0.1)},
                         {"p90", quantile(sorted, 0.9)}});
    }
    return curve;
}

Json policies_json(const std::vector<PolicySpec>& policies) {
    Json list = Json::array();
    for (const PolicySpec& policy : policies) {
        list.push_back({{"name", policy.name}, {"weights", policy.weights}});
    }
    return list;
}

}  // namespace

Evaluation evaluate_policies(const TrainConfig& config, const std::vector<PolicySpec>& policies,
                             std::int64_t episodes) {
    std::vector<double> means;
    for (std::size_t i = 0; i < policies.size(); ++i) {
        TrainConfig one = config;
        one.seed = config.seed + i;
        const auto returns = episode_returns(one, policies[i], episodes, Stream::test);
        if (policies.size() == 1) return evaluate(returns, config.seed);
        means.push_back(mean(returns));
    }
    return evaluate(means, config.seed);
}

Json evaluation_json(const Evaluation& evaluation) {
    return {{"mean", evaluation.mean},
            {"iqm", evaluation.iqm},
            {"ci95", {evaluation.ci95.low, evaluation.ci95.high}},
            {"n", evaluation.n}};
}

Json config_json(const TrainConfig& config, const Agent& agent) {
    Json agent_settings = Json::object();
    for (const AgentParameter& p : agent.parameters) {
        agent_settings[p.name] = number_json(parameter(config, agent, p.name), p.whole);
    }
    return {{"precision", config.precision == Precision::f32 ? "f32" : "f64"},
            {"seed", config.seed},
            {"agent", agent_settings},
            {"env", settings_json(config)}};
}

Json training_report(const TrainConfig& config, const Agent& agent, const TrainResult& result,
                     const Evaluation& evaluation) {
    const auto env_steps = static_cast<double>(result.env_steps);
    return {{"env", config.env},
            {"agent", agent.id},
            {"config", config_json(config, agent)},
            {"seeds", config.learners},
            {"env_steps", result.env_steps},
            {"wall_s", result.seconds},
            {"steps_per_s", env_steps / result.seconds},
            {"lane_occupancy", env_steps / static_cast<double>(result.lane_steps)},
            {"hash", fmt::format("{:016x}", result.hash)},
            {"curve", curve_json(result)},
            {"evaluation", evaluation_json(evaluation)},
            {"policies", policies_json(result.policies)},
            {"figures", result.figures}};
}

}  // namespace lockstep

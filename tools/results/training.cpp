
#include "tools/results/training.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <span>
#include <utility>

#include "agents/network/acting_network.hpp"
#include "agents/network/network_spec.hpp"
#include "tools/text/base64.hpp"

namespace lockstep {
namespace {

Json settings_json(const Description& about, const WorldSettings& settings) {
    Json json;
    auto values = settings.parameters.begin();
    for (const ParameterInfo& parameter : about.parameters) json[parameter.name] = (*values++)[0];
    auto option = settings.choices.begin();
    for (const ChoiceInfo& choice : about.choices)
        json[choice.name] = choice.options.begin()[*option++];
    auto value = settings.texts.begin();
    for (const TextInfo& text : about.texts) json[text.name] = *value++;
    json["max_episode_steps"] = settings.time_limit;
    return json;
}

// The contents of the files that text settings name.
Json files_json(const Description& about, const WorldSettings& settings) {
    Json json = Json::object();
    auto file = settings.files.begin();
    for (const TextInfo& text : about.texts) {
        if (*file) json[text.name] = **file;
        ++file;
    }
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

Json value_json(const Setting& setting) {
    if (!setting.value.is_number()) return setting.value.text();
    return number_json(setting.value.number(), setting.type == Setting::Type::integer);
}

Json tables_json(const std::vector<LearntTable>& tables) {
    Json list = Json::array();
    for (const LearntTable& table : tables) {
        list.push_back({{"states", table.states},
                        {"actions", table.actions},
                        {"rest", table.default_value},
                        {"at", table.index},
                        {"values", table.values}});
    }
    return list;
}

void add_tables(Json& report, const TrainConfig& config, const std::vector<LearntTable>& tables) {
    report["tables"] = tables_json(tables);
    const auto world = resolve(config.env_settings, find_environment(config.env), 1);
    if (world.model && !world.model->mdp().picture.empty())
        report["board"] = world.model->mdp().picture;
}

// The double with the fewest digits that is the same number in the precision of the learner.
double fewest_digits(double value, Precision precision) {
    if (precision == Precision::f64) return value;
    char digits[32];
    const char* end = std::to_chars(digits, std::end(digits), static_cast<float>(value)).ptr;
    std::from_chars(digits, end, value);
    return value;
}

Json networks_json(const std::vector<std::vector<double>>& networks, Precision precision) {
    Json list = Json::array();
    for (const std::vector<double>& network : networks) {
        Json& parameters = list.push_back(Json::array());
        for (const double p : network) parameters.push_back(fewest_digits(p, precision));
    }
    return list;
}

Json states_json(const std::vector<LearnerState>& states) {
    Json list = Json::array();
    for (const LearnerState& state : states) list.push_back(encode_base64(state));
    return list;
}

constexpr const char* stage_names[] = {"not_begun", "under_way", "finished", "failed", "failed"};

// [state][action], null if the action is not legal.
Json q_json(const TrainConfig& config, const LearntTable& table) {
    const auto world = resolve(config.env_settings, find_environment(config.env), 1);
    const TransitionTables* model = world.model ? &world.model->view() : nullptr;
    const bool all = model == nullptr || model->legal == nullptr;
    const std::vector<double> values = table.dense();
    Json rows = Json::array();
    for (std::int64_t s = 0; s < table.states; ++s) {
        Json row = Json::array();
        for (std::int64_t a = 0; a < table.actions; ++a) {
            const bool legal = all || (model->legal[s] >> a & 1U) != 0;
            const auto at = static_cast<std::size_t>(s * table.actions + a);
            row.push_back(legal ? Json(values[at]) : Json());
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

Json policies_json(const std::vector<PolicySpec>& policies) {
    Json list = Json::array();
    for (const PolicySpec& policy : policies) {
        list.push_back({{"name", policy.name}, {"weights", policy.weights}});
    }
    return list;
}

Json failed_json(const std::vector<FailedLearner>& failed) {
    Json list = Json::array();
    for (const FailedLearner& f : failed)
        list.push_back({{"learner", f.learner}, {"step", f.step}, {"reason", "not finite"}});
    return list;
}

}  // namespace

Json evaluation_json(const Evaluation& evaluation) {
    return {{"mean", evaluation.mean},
            {"iqm", evaluation.iqm},
            {"ci95", {evaluation.ci95.low, evaluation.ci95.high}},
            {"n", evaluation.n}};
}

Json config_json(const TrainConfig& config, const Agent& agent) {
    Json agent_settings = Json::object();
    for (const Setting& setting : agent.values(config))
        agent_settings[setting.name] = value_json(setting);
    const EnvironmentEntry entry = find_environment(config.env);
    const Description& about = entry.tables.about();
    const WorldSettings settings = resolve(config.env_settings, entry, 1);
    return {{"precision", config.precision == Precision::f32 ? "f32" : "f64"},
            {"seed", config.seed},
            {"agent", agent_settings},
            {"env", settings_json(about, settings)},
            {"files", files_json(about, settings)}};
}

Json network_shape_json(const NetworkShape& shape) {
    Json sizes = Json::array({shape.inputs}), activations = Json::array();
    for (const LayerShape& layer :
         std::span(shape.layers).first(static_cast<std::size_t>(shape.layer_count))) {
        sizes.push_back(layer.outputs);
        activations.push_back(name(layer.activation));
    }
    return {{"layers", sizes}, {"activations", activations}, {"bias", shape.layers[0].biases >= 0}};
}

Json stages_json(std::span<const LearnerState> states) {
    Json counts{{"finished", 0}, {"under_way", 0}, {"not_begun", 0}, {"failed", 0}};
    for (const LearnerState& state : states) {
        Json& count = counts[stage_names[static_cast<std::size_t>(learner_stage(state))]];
        count = count.get<std::int64_t>() + 1;
    }
    return counts;
}

std::string stages_text(const Json& stages) {
    std::int64_t all = 0;
    std::vector<std::string> parts;
    for (const auto& [stage, words] : {std::pair("finished", "finished"),
                                       {"under_way", "under way"},
                                       {"not_begun", "not begun"},
                                       {"failed", "failed"}}) {
        const auto count = stages[stage].get<std::int64_t>();
        all += count;
        if (count > 0) parts.push_back(fmt::format("{} {}", count, words));
    }
    return fmt::format("{} learner(s) ({})", all, fmt::join(parts, ", "));
}

void add_saved(Json& report, const TrainConfig& config, const Agent& agent,
               const TrainResult& result) {
    report["finished"] = !result.stopped;
    report["lane_steps"] = result.lane_steps;
    if (result.stopped) report["learners"] = stages_json(result.states);
    if (!result.states.empty()) report["states"] = states_json(result.states);
    if (!result.tables.empty()) add_tables(report, config, result.tables);
    if (result.networks.empty()) return;
    report["network_shape"] = network_shape_json(acting_network(config, agent).shape);
    report["networks"] = networks_json(result.networks, config.precision);
}

Json training_report(const TrainConfig& config, const Agent& agent, const TrainResult& result,
                     const Evaluation& evaluation) {
    const auto env_steps = static_cast<double>(result.env_steps);
    Json report{{"env", config.env},
                {"agent", agent.id},
                {"config", config_json(config, agent)},
                {"seeds", config.learners},
                {"env_steps", result.env_steps},
                {"wall_s", result.seconds},
                {"steps_per_s", env_steps / result.seconds},
                {"lane_occupancy",
                 env_steps / static_cast<double>(std::max<std::int64_t>(1, result.lane_steps))},
                {"hash", fmt::format("{:016x}", result.hash)},
                {"curve", curve_json(result)},
                {"evaluation", evaluation.n > 0 ? evaluation_json(evaluation) : Json()},
                {"policies", policies_json(result.policies)},
                {"figures", result.figures}};
    if (!result.failed.empty()) report["failed"] = failed_json(result.failed);
    constexpr std::int64_t max_rows = 1 << 16;
    if (result.tables.size() == 1 && result.tables[0].states <= max_rows)
        report["q"] = q_json(config, result.tables[0]);
    return report;
}

}  // namespace lockstep

#include <lockstep/agents/tabular/agent.hpp>

#include <algorithm>
#include <array>
#include <cstring>

#include <lockstep/agents/agent/evaluation.hpp>
#include <lockstep/agents/lanes/lane_assigner.hpp>
#include <lockstep/agents/tabular/table_results.hpp>
#include <lockstep/engine/text/error.hpp>

namespace lockstep {
namespace {

constexpr const char* explorations[] = {"greedy", "softmax", "proportional", "ucb"};
constexpr const char* rates[] = {"constant", "average"};
constexpr const char* terminals[] = {"zero", "bootstrapped"};

// Off-policy learners explore by epsilon, which costs their values nothing: random at first, and
// less and less. Numbers of episodes do not follow the budget, so that half a training is the first
// half of a whole one. The rate begins high, for worlds without chance, and falls with an action's
// visits, for those with.
constexpr AgentParameter common[] = {
    budget(own(
        {"episodes", 10'000, 1, 1e9, true, "episodes a learner; it stops at these or at `steps`"})),
    own({"steps", 0, 0, 2e9, true, "steps a learner; 0: as many as its episodes take"}),
    {"worlds", 1, 1, 1e7, true, "worlds that feed one table; episodes and steps count all of them"},
    own({"alpha", 0.7, 0, 1, false, "learning rate"}),
    own({"alpha_decay", 0, 0, 1e6, false, "divides the rate by 1 + decay * steps so far"}),
    own({"alpha_horizon", 0, 0, 1e9, false,
         "multiplies the rate by exp(-steps of the episode / horizon); 0: does not"}),
    own(unless("alpha", {"learning_rate_visit_decay", 0.02, 0, 1e6, false,
                         "divides the rate by 1 + decay * earlier visits of the action; by default "
                         "0 where alpha is given"})),
    {"rate", 0, 0, 1, true, "constant: alpha and its schedules; average: 1 / visits", rates},
    own({"gamma", 0.95, 0, 1, false, "discount of a step"}),
    own({"epsilon",
         0.7,
         0,
         1,
         false,
         "share of actions that are random; by default 0 unless greedy",
         {},
         "exploration"}),
    own(unless("epsilon", {"epsilon_last",
                           0.05,
                           0,
                           1,
                           false,
                           "reached after epsilon_episodes, in equal steps; by default 0 where "
                           "epsilon is given, or unless greedy",
                           {},
                           "exploration"})),
    own(unless("epsilon", {"epsilon_episodes", 8'000, 0, 1e9, true,
                           "0: epsilon is constant, as by default where it is given"})),
    {"exploration", 0, 0, 3, true,
     "the other actions: of highest value, by softmax, by value above the lowest, or by UCB",
     explorations},
    ties_parameter,
    own({"temperature", 1, 1e-6, 1e6, false, "of softmax"}),
    own({"offset", 1e-4, 1e-9, 1e6, false,
         "of proportional: added to each value above the lowest"}),
    own({"ucb_c", 1.4142135623730951, 0, 1e6, false, "width of UCB's bound"}),
    own({"initial", 0, -1e6, 1e6, false, "value of every action at first"}),
    {"terminal", 0, 0, 1, true, "what the state after an episode's end is worth: 0, or its table's",
     terminals},
    {"test_policy", 0, 0, 1, true, "plays test episodes: highest value, or the exploration alone",
     test_policies},
    {"checkpoints", 20, 1, 1000, true, "points of the learning curve"},
};
constexpr std::size_t parameter_count = std::size(common);
using Parameters = std::array<AgentParameter, parameter_count>;

AgentParameter& of(Parameters& parameters, const char* name) {
    return *std::ranges::find_if(
        parameters, [&](const AgentParameter& p) { return std::strcmp(p.name, name) == 0; });
}
using Default = std::pair<const char*, double>;
Parameters with(std::span<const Default> defaults) {
    Parameters parameters;
    std::ranges::copy(common, parameters.begin());
    for (const auto& [name, value] : defaults) of(parameters, name).value = value;
    return parameters;
}

// Random moves would be in the values of those who learn on policy: what lies beside a danger would
// seem bad for good. They explore by values that begin high instead, at what a reward of 1 for ever
// is worth at gamma = 0.95, and try whatever has not disappointed them yet.
constexpr Default optimism[] = {
    {"epsilon", 0}, {"epsilon_last", 0}, {"epsilon_episodes", 0}, {"initial", 20}};

template <class Real>
TrainResult train_in(const TrainConfig& config, const Agent& agent, const Progress& progress) {
    const auto settings = settings_each(config, agent, tabular_settings);
    const std::int64_t learners = learner_count(config);
    const auto number = [&](const char* name) {
        return static_cast<std::int64_t>(parameter(config, agent, name));
    };
    const auto test = static_cast<TestPolicy>(number("test_policy"));
    const Population<Real> population(config);
    Gathered<Real> gathered(config, population, settings, number("checkpoints"));
    LaneSteps steps;
    if (number("worlds") == 1) {
        steps = population.learn(
            settings, learners, test, [&](const Finished<Real>& one) { gathered.add(one); },
            progress);
    } else {
        for (std::int64_t i = 0; i < learners; ++i) {
            const auto at = static_cast<std::size_t>(i);
            const LearnerStage stage =
                config.resume.empty() ? LearnerStage::not_begun : learner_stage(config.resume[at]);
            if (is_lost(stage)) continue;
            const auto from =
                has_learnt(stage) ? body_of(config.resume[at]) : std::span<const std::byte>();
            const auto one =
                population.learn_together(settings_of<TabularSettings>(settings, i),
                                          number("worlds"), test, learner_seed(config, i), from);
            steps.add({0, one.steps.lanes});
            if (one.stage == LearnerStage::not_begun) continue;
            gathered.add({i, one.table, one.count, one.returns, one.test, one.steps.useful,
                          one.stage, one.state});
            if (progress) progress(static_cast<double>(i + 1) / static_cast<double>(learners));
        }
    }
    return gathered.finish(steps);
}

TrainResult train(const TrainConfig& config, const Agent& agent, const Progress& progress) {
    return timed(
        config, [&] { return train_in<float>(config, agent, progress); },
        [&] { return train_in<double>(config, agent, progress); });
}

void check(const TrainConfig& config, const Agent& agent) {
    const auto settings = settings_each(config, agent, tabular_settings);
    in_precision(
        config, [&] { Population<float>(config).check(settings); },
        [&] { Population<double>(config).check(settings); });
}

Agent agent_of(const char* id, const char* source, const Parameters& parameters, Target target) {
    return {.id = id,
            .source = source,
            .parameters = parameters,
            .learn = train,
            .variant = static_cast<int>(target),
            .stops = true,
            .check = check};
}

// Saved tables as the agent plays them in tests.
template <class Real>
class SavedTables {
public:
    SavedTables(const TrainConfig& config, const Agent& agent)
        : population_(config), settings_(settings_each(config, agent, tabular_settings)) {
        for (TabularSettings& s : settings_) s.target = Target::q_learning;  // it is one table
        const bool explores =
            has_parameter(agent, "test_policy") && parameter(config, agent, "test_policy") != 0;
        policy_ = explores ? TestPolicy::exploration : TestPolicy::greedy;
    }

    std::vector<double> test(const LearntTable& table, std::int64_t learner,
                             std::uint64_t seed) const {
        return population_.test(values(table), settings_of<TabularSettings>(settings_, learner),
                                policy_, seed);
    }
    std::vector<std::int32_t> actions(const LearntTable& table, std::uint64_t seed,
                                      std::uint32_t episode, std::int32_t most_steps) const {
        return population_.test_actions(values(table), settings_[0], policy_, seed, episode,
                                        most_steps);
    }

private:
    std::vector<Real> values(const LearntTable& table) const {
        if (table.states != population_.states() || table.actions != population_.actions())
            throw ConfigError("a table of " + std::to_string(table.states) + " states and " +
                              std::to_string(table.actions) + " actions for an environment of " +
                              std::to_string(population_.states()) + " and " +
                              std::to_string(population_.actions()));
        const std::vector<double> all = table.dense();
        return {all.begin(), all.end()};
    }

    Population<Real> population_;
    std::vector<TabularSettings> settings_;
    TestPolicy policy_;
};

template <class Real>
std::vector<double> scores_in(const TrainConfig& config, const Agent& agent,
                              const std::vector<LearntTable>& tables) {
    const SavedTables<Real> saved(config, agent);
    std::vector<std::vector<double>> returns;
    for (std::int64_t i = 0; i < std::ssize(tables); ++i) {
        const LearntTable& table = tables[static_cast<std::size_t>(i)];
        returns.emplace_back();
        if (table.states > 0) returns.back() = saved.test(table, i, learner_seed(config, i));
    }
    return scores_of(config, returns);
}

}  // namespace

std::vector<double> table_scores(const TrainConfig& config, const Agent& agent,
                                 const std::vector<LearntTable>& tables) {
    return config.precision == Precision::f32 ? scores_in<float>(config, agent, tables)
                                              : scores_in<double>(config, agent, tables);
}

std::vector<std::int32_t> table_actions(const TrainConfig& config, const Agent& agent,
                                        const LearntTable& table, std::uint32_t episode,
                                        std::int32_t most_steps) {
    return config.precision == Precision::f32
               ? SavedTables<float>(config, agent).actions(table, config.seed, episode, most_steps)
               : SavedTables<double>(config, agent)
                     .actions(table, config.seed, episode, most_steps);
}

TabularSettings tabular_settings(const TrainConfig& config, const Agent& agent) {
    const auto value = [&](const char* name, double otherwise) {
        return has_parameter(agent, name) ? parameter(config, agent, name) : otherwise;
    };
    const auto whole = [&](const char* name, std::int64_t otherwise) {
        return static_cast<std::int64_t>(value(name, static_cast<double>(otherwise)));
    };
    const TabularSettings usual;
    return {.target = static_cast<Target>(agent.variant),
            .exploration = static_cast<Exploration>(
                whole("exploration", static_cast<int>(Exploration::softmax))),
            .ties = static_cast<Ties>(whole("ties", static_cast<int>(Ties::first))),
            .alpha = value("alpha", usual.alpha),
            .alpha_decay = value("alpha_decay", 0),
            .alpha_horizon = value("alpha_horizon", 0),
            .visit_decay = value("learning_rate_visit_decay", 0),
            .averages = whole("rate", 0) == 1,
            .gamma = value("gamma", usual.gamma),
            .epsilon = value("epsilon", 0),
            .epsilon_last = value("epsilon_last", 0),
            .epsilon_episodes = whole("epsilon_episodes", 0),
            .temperature = value("temperature", usual.temperature),
            .offset = value("offset", usual.offset),
            .ucb_c = value("ucb_c", usual.ucb_c),
            .initial = value("initial", 0),
            .bootstraps_terminal = whole("terminal", 0) == 1,
            .episodes = whole("episodes", usual.episodes),
            .steps = whole("steps", 0)};
}

Agent q_learning_agent() {
    static const Parameters parameters = with({});
    return agent_of(
        "q-learning",
        "Watkins 1989; tutorials \"Peter and the wolf\" and \"Markov decision processes\"",
        parameters, Target::q_learning);
}
Agent sarsa_agent() {
    static const Parameters parameters = with(optimism);
    return agent_of("sarsa", "Rummery and Niranjan 1994", parameters, Target::sarsa);
}
Agent expected_sarsa_agent() {
    static const Parameters parameters = with(optimism);
    return agent_of("expected-sarsa", "van Seijen, van Hasselt, Whiteson and Wiering 2009",
                    parameters, Target::expected_sarsa);
}
Agent double_q_agent() {
    static const Parameters parameters = with({});
    return agent_of("double-q", "van Hasselt 2010", parameters, Target::double_q);
}
Agent bandit_agent() {
    static const Parameters parameters = [] {
        static constexpr Default defaults[] = {{"episodes", 1},
                                               {"steps", 1000},
                                               {"alpha", 0.1},
                                               {"learning_rate_visit_decay", 0},
                                               {"rate", 1},
                                               {"gamma", 0},
                                               {"epsilon", 0.1},
                                               {"epsilon_last", 0},
                                               {"epsilon_episodes", 0},
                                               {"checkpoints", 1}};
        Parameters pulls = with(defaults);
        of(pulls, "episodes").budget = false, of(pulls, "steps").budget = true;
        return pulls;
    }();
    return agent_of("bandit",
                    "the slides' exploration example; UCB: Auer, Cesa-Bianchi and Fischer 2002",
                    parameters, Target::q_learning);
}

}  // namespace lockstep


#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

#include "agents/lanes/lane_assigner.hpp"
#include "agents/tabular/acting_table.hpp"
#include "agents/tabular/table_results.hpp"

namespace lockstep {
namespace {

constexpr const char* explorations[] = {"greedy", "softmax", "proportional", "ucb"};
constexpr const char* schedules[] = {"constant", "average"};
constexpr const char* terminals[] = {"zero", "bootstrapped"};

void declare_rate(SettingList& list, TabularSettings& s) {
    list.number("learning_rate", s.learning_rate, 0, 1, "how far a value moves to its target")
        .per_learner()
        .old_name("alpha");
    list.number("learning_rate_decay", s.learning_rate_decay, 0, 1e6,
                "divides the rate by 1 + decay * steps so far")
        .per_learner()
        .old_name("alpha_decay");
    list.number("learning_rate_horizon", s.learning_rate_horizon, 0, 1e9,
                "multiplies the rate by exp(-steps of the episode / horizon); 0: does not")
        .per_learner()
        .old_name("alpha_horizon");
    list.number("learning_rate_visit_decay", s.learning_rate_visit_decay, 0, 1e6,
                "divides the rate by 1 + decay * earlier visits of the action; by default 0 where "
                "learning_rate is given")
        .per_learner();
    list.word("learning_rate_schedule", s.learning_rate_schedule, schedules,
              "constant: learning_rate with its decays; average: 1 / visits")
        .old_name("rate");
}

void declare_exploration(SettingList& list, TabularSettings& s) {
    list.number("epsilon", s.epsilon, 0, 1,
                "share of actions that are random; by default 0 unless exploration is greedy")
        .per_learner();
    list.number("epsilon_final", s.epsilon_final, 0, 1,
                "reached after epsilon_decay_episodes, in equal steps; by default 0 where epsilon "
                "is given, or unless exploration is greedy")
        .per_learner()
        .old_name("epsilon_last");
    list.integer("epsilon_decay_episodes", s.epsilon_decay_episodes, 0, 1e9,
                 "0: epsilon is constant, as by default where it is given")
        .per_learner()
        .old_name("epsilon_episodes");
    list.word("exploration", s.exploration, explorations,
              "the other actions: of highest value, by softmax, by value above the lowest, or by "
              "UCB");
    list.word("ties", s.ties, ties_names,
              "which of equal values is the highest, in tests too: any, or the first");
    list.number("temperature", s.temperature, 1e-6, 1e6, "of softmax").per_learner();
    list.number("offset", s.offset, 1e-9, 1e6,
                "of proportional: added to each value above the lowest")
        .per_learner();
    list.number("ucb_c", s.ucb_c, 0, 1e6, "width of UCB's bound").per_learner();
}

enum class Budget { episodes, steps };

void declare_all(SettingList& list, TabularSettings& s, Budget budget) {
    auto episodes = list.integer("episodes", s.episodes, 1, 1e9,
                                 "episodes a learner; it stops at these or at `steps`")
                        .per_learner();
    if (budget == Budget::episodes) episodes.budget();
    auto steps =
        list.integer("steps", s.steps, 0, 2e9, "steps a learner; 0: as many as its episodes take")
            .per_learner();
    if (budget == Budget::steps) steps.budget();
    list.integer("num_envs", s.num_envs, 1, 1e7,
                 "environments that feed one table; episodes and steps count all of them")
        .old_name("worlds");
    declare_rate(list, s);
    list.number("gamma", s.gamma, 0, 1, "discount of a step").per_learner();
    declare_exploration(list, s);
    list.number("initial_value", s.initial_value, -1e6, 1e6, "value of every action at first")
        .per_learner()
        .old_name("initial");
    list.word("terminal", s.terminal, terminals,
              "what the state after an episode's end is worth: 0, or its table's");
    list.word("test_policy", s.test_policy, test_policies,
              "plays test episodes: highest value, or the exploration alone");
    list.integer("checkpoints", s.checkpoints, 1, 1000, "points of the learning curve");
}

void complete_all(const SettingList& list, TabularSettings& s) {
    const auto given = [&](const char* name) { return list.given(name); };
    const bool by_softmax_or_such = s.exploration != Exploration::greedy;
    if (given("learning_rate") && !given("learning_rate_visit_decay"))
        s.learning_rate_visit_decay = 0;
    if (by_softmax_or_such && !given("epsilon")) s.epsilon = 0;
    if ((by_softmax_or_such || given("epsilon")) && !given("epsilon_final")) s.epsilon_final = 0;
    if (given("epsilon") && !given("epsilon_decay_episodes")) s.epsilon_decay_episodes = 0;
}

struct LearnerSettings : TabularSettings {
    void declare(SettingList& list) { declare_all(list, *this, Budget::episodes); }
    void complete(const SettingList& list) { complete_all(list, *this); }
};

struct BanditSettings : TabularSettings {
    void declare(SettingList& list) { declare_all(list, *this, Budget::steps); }
    void complete(const SettingList& list) { complete_all(list, *this); }
};

// Trains the learners one after another, since each table is fed by many environments at once.
template <class Real>
LaneSteps train_shared(const TrainConfig& config, const Population<Real>& population,
                       std::span<const TabularSettings> settings, TableResults<Real>& results,
                       const ProgressCallback& progress) {
    LaneSteps steps;
    const std::int64_t learners = learner_count(config);
    for (std::int64_t i = 0; i < learners; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const LearnerStage stage =
            config.resume.empty() ? LearnerStage::not_begun : learner_stage(config.resume[at]);
        if (is_lost(stage)) continue;
        const auto from =
            has_learnt(stage) ? body_of(config.resume[at]) : std::span<const std::byte>();
        const auto one =
            population.learn_shared_table(settings_of(settings, i), learner_seed(config, i), from);
        steps.add({0, one.steps.lanes});
        if (one.stage == LearnerStage::not_begun) continue;
        results.add({i, one.table, one.count, one.returns, one.test, one.steps.useful, one.stage,
                     one.state});
        if (progress) progress(static_cast<double>(i + 1) / static_cast<double>(learners));
    }
    return steps;
}

template <class Real>
TrainResult train_in(const TrainConfig& config, std::span<const TabularSettings> settings,
                     const ProgressCallback& progress) {
    const Population<Real> population(config);
    TableResults<Real> results(config, population, settings);
    if (settings[0].num_envs > 1)
        return results.finish(train_shared(config, population, settings, results, progress));
    const auto done = [&](const TrainedTable<Real>& one) { results.add(one); };
    return results.finish(population.learn(settings, learner_count(config), done, progress));
}

template <class S>
TrainResult train(const TrainConfig& config, std::span<const S> given,
                  const ProgressCallback& progress) {
    const std::vector<TabularSettings> settings(given.begin(), given.end());
    return in_precision(
        config, [&] { return train_in<float>(config, settings, progress); },
        [&] { return train_in<double>(config, settings, progress); });
}

template <class S>
void check(const TrainConfig& config, std::span<const S> given) {
    const std::vector<TabularSettings> settings(given.begin(), given.end());
    in_precision(
        config, [&] { Population<float>(config).check(settings); },
        [&] { Population<double>(config).check(settings); });
}

template <class S>
Agent agent_of(const char* id, const char* source, const TabularSettings& defaults) {
    return make_agent<S>(
        {.id = id,
         .source = source,
         .defaults = {defaults},
         .train = train<S>,
         .check = check<S>,
         .table = [](const S& settings, ActingTable& acting) { acting.settings = settings; }});
}

// Off-policy learners explore by epsilon, which does not distort their values: much at first, then
// less and less. Numbers of episodes do not follow the budget, so that half a training is the first
// half of a whole one. The rate begins high, for deterministic environments, and falls with an
// action's visits, for stochastic ones.
TabularSettings off_policy(Target target) {
    return {.target = target,
            .learning_rate = 0.7,
            .learning_rate_visit_decay = 0.02,
            .epsilon = 0.7,
            .epsilon_final = 0.05,
            .epsilon_decay_episodes = 8'000};
}

// On-policy values include the learner's random moves, so whatever lies beside a danger would seem
// bad permanently. These learners explore by high initial values instead, at what a reward of 1
// forever is worth at gamma = 0.95, and try whatever has not disappointed them yet.
TabularSettings on_policy(Target target) {
    TabularSettings settings = off_policy(target);
    settings.epsilon = settings.epsilon_final = 0;
    settings.epsilon_decay_episodes = 0;
    settings.initial_value = 20;
    return settings;
}

}  // namespace

Agent q_learning_agent() {
    return agent_of<LearnerSettings>(
        "q-learning",
        "Watkins 1989; tutorials \"Peter and the wolf\" and \"Markov decision processes\"",
        off_policy(Target::q_learning));
}
Agent sarsa_agent() {
    return agent_of<LearnerSettings>("sarsa", "Rummery and Niranjan 1994",
                                     on_policy(Target::sarsa));
}
Agent expected_sarsa_agent() {
    return agent_of<LearnerSettings>("expected-sarsa",
                                     "van Seijen, van Hasselt, Whiteson and Wiering 2009",
                                     on_policy(Target::expected_sarsa));
}
Agent double_q_agent() {
    return agent_of<LearnerSettings>("double-q", "van Hasselt 2010", off_policy(Target::double_q));
}
Agent bandit_agent() {
    return agent_of<BanditSettings>(
        "bandit", "the slides' exploration example; UCB: Auer, Cesa-Bianchi and Fischer 2002",
        {.target = Target::q_learning,
         .learning_rate = 0.1,
         .learning_rate_schedule = LearningRateSchedule::average,
         .gamma = 0,
         .epsilon = 0.1,
         .episodes = 1,
         .steps = 1000,
         .checkpoints = 1});
}

}  // namespace lockstep

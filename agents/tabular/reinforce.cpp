
#include "agents/tabular/reinforce.hpp"

#include <algorithm>

#include <lockstep/detail/lane/math.hpp>
#include <lockstep/error.hpp>

#include "agents/tabular/acting_table.hpp"
#include "agents/tabular/table_results.hpp"

namespace lockstep {
namespace {

constexpr int max_actions = lane_count;  // one vector holds a state's preferences
constexpr std::int32_t longest_path = 1 << 20;

struct PreferenceSettings : TabularSettings {
    void declare(SettingList& list) {
        list.integer("episodes", episodes, 1, 1e9,
                     "episodes a learner; it stops at these or at `steps`")
            .budget()
            .per_learner();
        list.integer("steps", steps, 0, 2e9, "steps a learner; 0: as many as its episodes take")
            .per_learner();
        list.number("learning_rate", learning_rate, 0, 1e6, "length of the steps up the gradient")
            .per_learner()
            .old_name("alpha");
        list.number("gamma", gamma, 0, 1, "discount of a step").per_learner();
        list.number("initial_value", initial_value, -1e6, 1e6,
                    "preference of every action at first")
            .per_learner()
            .old_name("initial");
        list.word("ties", ties, ties_names,
                  "which of equal values is the highest, in tests too: any, or the first");
        list.word("test_policy", test_policy, test_policies,
                  "plays test episodes: highest preference, or softmax");
        list.integer("checkpoints", checkpoints, 1, 1000, "points of the learning curve");
    }
};

using AllSettings = std::span<const PreferenceSettings>;

template <class Real>
void check_episodes(const TrainConfig& config, const Population<Real>& population) {
    if (population.actions() > max_actions || population.world().time_limit > longest_path) {
        throw ConfigError(config.env + ": tabular-reinforce takes at most " +
                          std::to_string(max_actions) + " actions and episodes of at most " +
                          std::to_string(longest_path) + " steps (see max_episode_steps)");
    }
}

template <class Real>
TrainResult train_in(const TrainConfig& config, std::span<const TabularSettings> settings,
                     const ProgressCallback& progress) {
    const Population<Real> population(config);
    check_episodes(config, population);
    TableResults<Real> results(config, population, settings);
    const auto done = [&](const TrainedTable<Real>& one) { results.add(one); };
    return results.finish(
        population.learn(settings, learner_count(config), done, progress, teach_reinforce<Real>));
}

TrainResult train(const TrainConfig& config, AllSettings given, const ProgressCallback& progress) {
    const std::vector<TabularSettings> settings(given.begin(), given.end());
    return in_precision(
        config, [&] { return train_in<float>(config, settings, progress); },
        [&] { return train_in<double>(config, settings, progress); });
}

template <class Real>
void check_in(const TrainConfig& config, AllSettings given) {
    const std::vector<TabularSettings> settings(given.begin(), given.end());
    const Population<Real> population(config);
    check_episodes(config, population);
    population.check(settings, teach_reinforce<Real>);
}

void check(const TrainConfig& config, AllSettings settings) {
    in_precision(
        config, [&] { check_in<float>(config, settings); },
        [&] { check_in<double>(config, settings); });
}

// Writes the softmax of a state's preferences to `weight`.
template <class Real>
void softmax(std::span<const Real> preference, Real (&weight)[max_actions]) {
    const Real most = std::ranges::max(preference);
    std::fill_n(weight, max_actions, Real(0));
    std::ranges::transform(preference, weight, [&](Real p) { return p - most; });
    exp(Vec<Scalar, Real>::load(weight)).store(weight);
    Real sum = 0;
    for (std::size_t a = 0; a < preference.size(); ++a) sum += weight[a];
    for (Real& w : weight) w /= sum;
}

}  // namespace

template <class Real>
void teach_reinforce(const TabularSettings& settings, int actions,
                     std::span<const std::int32_t> elements, std::span<const Real> rewards,
                     std::span<Real> theta) {
    const auto width = static_cast<std::size_t>(actions);
    std::vector<Real> returns(rewards.begin(), rewards.end());
    for (std::size_t t = returns.size(); t-- > 1;)
        returns[t - 1] += static_cast<Real>(settings.gamma) * returns[t];
    for (std::size_t t = 0; t < elements.size(); ++t) {
        const auto element = static_cast<std::size_t>(elements[t]);
        const auto row = theta.subspan(element / width * width, width);
        Real probability[max_actions];
        softmax<Real>(row, probability);
        const Real step = static_cast<Real>(settings.learning_rate) * returns[t];
        for (std::size_t a = 0; a < width; ++a)
            row[a] += step * (Real(a == element % width ? 1 : 0) - probability[a]);
    }
}

template void teach_reinforce<float>(const TabularSettings&, int, std::span<const std::int32_t>,
                                     std::span<const float>, std::span<float>);
template void teach_reinforce<double>(const TabularSettings&, int, std::span<const std::int32_t>,
                                      std::span<const double>, std::span<double>);

Agent tabular_reinforce_agent() {
    return make_agent<PreferenceSettings>(
        {.id = "tabular-reinforce",
         .source = "Williams 1992; the slides' policy gradient example",
         .defaults = {{.exploration = Exploration::softmax,
                       .learning_rate = 0.01,
                       .gamma = 1,
                       .epsilon = 0,
                       .test_policy = TestPolicy::exploration}},
         .train = train,
         .check = check,
         .table = [](const PreferenceSettings& settings, ActingTable& acting) {
             acting.settings = settings;
         }});
}

}  // namespace lockstep

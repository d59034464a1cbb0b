#include <lockstep/agents/tabular/reinforce.hpp>

#include <algorithm>

#include <lockstep/agents/tabular/agent.hpp>
#include <lockstep/agents/tabular/table_results.hpp>
#include <lockstep/engine/text/error.hpp>
#include <lockstep/kernels/lane/math.hpp>

namespace lockstep {
namespace {

constexpr int most_actions = lane_count;  // one vector holds a state's preferences
constexpr std::int32_t longest_path = 1 << 20;

constexpr AgentParameter parameters[] = {
    budget(own(
        {"episodes", 10'000, 1, 1e9, true, "episodes a learner; it stops at these or at `steps`"})),
    own({"steps", 0, 0, 2e9, true, "steps a learner; 0: as many as its episodes take"}),
    own({"alpha", 0.01, 0, 1e6, false, "learning rate"}),
    own({"gamma", 1, 0, 1, false, "discount of a step"}),
    own({"initial", 0, -1e6, 1e6, false, "preference of every action at first"}),
    ties_parameter,
    {"test_policy", 1, 0, 1, true, "plays test episodes: highest preference, or softmax",
     test_policies},
    {"checkpoints", 20, 1, 1000, true, "points of the learning curve"},
};

template <class Real>
void check_episodes(const TrainConfig& config, const Population<Real>& population) {
    if (population.actions() > most_actions || population.world().time_limit > longest_path) {
        throw ConfigError(config.env + ": tabular-reinforce takes at most " +
                          std::to_string(most_actions) + " actions and episodes of at most " +
                          std::to_string(longest_path) + " steps (see max_episode_steps)");
    }
}

template <class Real>
TrainResult train_in(const TrainConfig& config, const Agent& agent, const Progress& progress) {
    const auto settings = settings_each(config, agent, tabular_settings);
    const Population<Real> population(config);
    check_episodes(config, population);
    const auto number = [&](const char* name) {
        return static_cast<std::int64_t>(parameter(config, agent, name));
    };
    Gathered<Real> gathered(config, population, settings, number("checkpoints"));
    const LaneSteps steps = population.learn(
        settings, learner_count(config), static_cast<TestPolicy>(number("test_policy")),
        [&](const Finished<Real>& one) { gathered.add(one); }, progress, teach_reinforce<Real>);
    return gathered.finish(steps);
}

TrainResult train(const TrainConfig& config, const Agent& agent, const Progress& progress) {
    return timed(
        config, [&] { return train_in<float>(config, agent, progress); },
        [&] { return train_in<double>(config, agent, progress); });
}

template <class Real>
void check_in(const TrainConfig& config, const Agent& agent) {
    const Population<Real> population(config);
    check_episodes(config, population);
    population.check(settings_each(config, agent, tabular_settings), teach_reinforce<Real>);
}

void check(const TrainConfig& config, const Agent& agent) {
    in_precision(
        config, [&] { check_in<float>(config, agent); }, [&] { check_in<double>(config, agent); });
}

// Into `weight`: the softmax of a state's preferences.
template <class Real>
void softmax(std::span<const Real> preference, Real (&weight)[most_actions]) {
    const Real most = std::ranges::max(preference);
    std::fill_n(weight, most_actions, Real(0));
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
        Real probability[most_actions];
        softmax<Real>(row, probability);
        const Real step = static_cast<Real>(settings.alpha) * returns[t];
        for (std::size_t a = 0; a < width; ++a)
            row[a] += step * (Real(a == element % width ? 1 : 0) - probability[a]);
    }
}

template void teach_reinforce<float>(const TabularSettings&, int, std::span<const std::int32_t>,
                                     std::span<const float>, std::span<float>);
template void teach_reinforce<double>(const TabularSettings&, int, std::span<const std::int32_t>,
                                      std::span<const double>, std::span<double>);

Agent tabular_reinforce_agent() {
    return {.id = "tabular-reinforce",
            .source = "Williams 1992; the slides' policy gradient example",
            .parameters = parameters,
            .learn = train,
            .variant = static_cast<int>(Target::q_learning),
            .stops = true,
            .check = check};
}

}  // namespace lockstep

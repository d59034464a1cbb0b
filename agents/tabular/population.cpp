
#include "agents/tabular/population.hpp"

#include <limits>

#include "agents/tabular/training.hpp"

namespace lockstep {

void check_tabular(const TabularSettings& s, const EnvironmentEntry& entry,
                   const WorldSettings& world, std::int64_t states) {
    const std::string id = entry.id.id;
    const std::int64_t elements =
        states * world.action_count * (s.target == Target::double_q ? 2 : 1);
    if (elements * lane_count > std::numeric_limits<std::int32_t>::max()) {
        throw ConfigError(id + ": " + std::to_string(states) + " states with " +
                          std::to_string(world.action_count) +
                          " actions: a tabular learner holds at most 2^27 values");
    }
    if (s.steps == 0 && never_ends(world)) {
        throw ConfigError(id +
                          " never ends: give the learner a number of `steps`, or its episodes "
                          "`max_episode_steps`");
    }
}

template <class Real>
Population<Real>::Population(const TrainConfig& config)
    : runner_(std::make_unique<LaneRunner<Real>>(config)) {}
template <class Real>
Population<Real>::~Population() = default;
template <class Real>
Population<Real>::Population(Population&&) noexcept = default;

template <class Real>
std::int64_t Population<Real>::states() const {
    return runner_->states;
}
template <class Real>
std::int64_t Population<Real>::actions() const {
    return runner_->actions;
}
template <class Real>
const WorldSettings& Population<Real>::world() const {
    return runner_->worlds.settings();
}

template <class Real>
void Population<Real>::check(std::span<const TabularSettings> settings,
                             EpisodeTeacher<Real> teach) const {
    const std::function<void(const TrainedTable<Real>&)> nobody;
    const Training<Real> training(*runner_, settings, nobody, teach);
    for (const TabularSettings& s : settings)
        check_max_steps(runner_->config, std::min(s.episodes, step_budget(s)));
}

template <class Real>
LaneSteps Population<Real>::learn(std::span<const TabularSettings> settings, std::int64_t learners,
                                  const std::function<void(const TrainedTable<Real>&)>& done,
                                  const ProgressCallback& progress,
                                  EpisodeTeacher<Real> teach) const {
    const Training<Real> training(*runner_, settings, done, teach);
    return parallel_over_learners(
        runner_->workers, learners, progress,
        [&](std::int64_t first, std::int64_t count) { return training.train(first, count); });
}

template <class Real>
std::vector<double> Population<Real>::test(std::span<const Real> table,
                                           const TabularSettings& settings,
                                           std::uint64_t seed) const {
    return runner_->test(table.data(), settings, seed);
}

template <class Real>
std::vector<std::int32_t> Population<Real>::test_actions(std::span<const Real> table,
                                                         const TabularSettings& settings,
                                                         std::uint64_t seed, std::uint32_t episode,
                                                         std::int32_t max_steps) const {
    return runner_->test_actions(table.data(), settings, seed, episode, max_steps);
}

template <class Real>
std::vector<Episode> Population<Real>::play(std::span<const Real> table,
                                            const TabularSettings& settings, std::uint64_t seed,
                                            Stream stream, std::int64_t episodes,
                                            LaneSteps* steps) const {
    LaneSteps played;
    auto result = runner_->play(table.data(), settings, seed, stream, episodes, played);
    if (steps != nullptr) steps->add(played);
    return result;
}

template class Population<float>;
template class Population<double>;

}  // namespace lockstep

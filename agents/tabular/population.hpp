// Populations of tabular learners: many learners, one per lane, each with a table of its own.
//
// Owns:      the tables of the learners in lanes, the distribution of learners over threads, and
//            the test of what each has learned before its lane goes to another.
// Must not:  know how a step is learned from; the kernel does.
// Invariant: learner i is a function of its seed and settings: the same bits in any lane, beside
//            any neighbors, on any number of threads.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "agents/tabular/trained_table.hpp"
#include "engine/environments/shared_worlds.hpp"

namespace lockstep {

template <class Real>
class LaneRunner;

template <class Real>
class Population {
public:
    // Throws ConfigError as check_tabular and SharedWorlds do.
    explicit Population(const TrainConfig& config);
    ~Population();
    Population(Population&&) noexcept;

    std::int64_t states() const;
    std::int64_t actions() const;
    const WorldSettings& world() const;

    // Throws ConfigError as learn() does, and where config.max_steps stops every learner.
    void check(std::span<const TabularSettings> settings,
               EpisodeTeacher<Real> teach = nullptr) const;

    // Trains settings.size() learners, or `learners` with the same settings if `settings` has one
    // element; learner i has learner_seed(config, i). They continue from config.resume, unless it
    // is empty. Each learner is handed over from any thread when it is done or where config's stop
    // finds it, except those that have not begun or had failed. With a teacher, tables learn only
    // when episodes end, not at every step. Throws ConfigError on states of learners of another
    // kind, or that have come further than their settings allow.
    LaneSteps learn(std::span<const TabularSettings> settings, std::int64_t learners,
                    const std::function<void(const TrainedTable<Real>&)>& done,
                    const ProgressCallback& progress, EpisodeTeacher<Real> teach = nullptr) const;

    // One learner whose table settings.num_envs environments feed: all step, then all teach, in
    // order, from the values at the start of the step. `episodes` and `steps` count those of all
    // environments. `from`: what follows the head of the state to continue from, or nothing.
    SharedLearner<Real> learn_shared_table(const TabularSettings& settings, std::uint64_t seed,
                                           std::span<const std::byte> from = {}) const;

    // The returns of config.test_episodes test episodes played by a table; none if config's stop
    // was requested first.
    std::vector<double> test(std::span<const Real> table, const TabularSettings& settings,
                             std::uint64_t seed) const;

    // The first `max_steps` actions of test episode `episode`.
    std::vector<std::int32_t> test_actions(std::span<const Real> table,
                                           const TabularSettings& settings, std::uint64_t seed,
                                           std::uint32_t episode, std::int32_t max_steps) const;

    // Plays `episodes` episodes of `stream` by a table, each the first of its environment.
    std::vector<Episode> play(std::span<const Real> table, const TabularSettings& settings,
                              std::uint64_t seed, Stream stream, std::int64_t episodes,
                              LaneSteps* steps = nullptr) const;

private:
    std::unique_ptr<LaneRunner<Real>> runner_;
};

extern template class Population<float>;
extern template class Population<double>;

}  // namespace lockstep

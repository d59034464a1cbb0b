// Populations of tabular learners: many learners, one a lane, each with a table of its own.
//
// Owns:      the tables of the learners in lanes, the dealing of learners to threads, and the test
//            of what each has learnt before its lane is given to another.
// Must not:  know how a step is learnt from; the kernel does.
// Invariant: learner i is a function of its seed and settings: the same bits in any lane, beside
// any
//            neighbours, on any number of threads.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <lockstep/agents/state_head.hpp>
#include <lockstep/agents/tabular/learner.hpp>
#include <lockstep/engine/shared_worlds.hpp>

namespace lockstep {

// How finished tables are played: by the highest value, or by the learner's exploration without
// random actions.
enum class TestPolicy { greedy, exploration };

struct Episode {
    double episode_return = 0;
    std::int32_t length = 0;
    double last_reward = 0;
    std::int32_t last_state = 0;
};

// One learner when it is done, or stops. The spans live as long as the call that hands them over.
template <class Real>
struct Finished {
    std::int64_t learner;
    std::span<const Real> table;    // [state][action]; double Q: two of them
    std::span<const Real> count;    // visits; empty where nobody asked
    std::span<const Real> returns;  // of its episodes
    std::vector<double> test;       // returns of test episodes, unless it was stopped
    std::int64_t steps;             // that it played
    LearnerStage stage;             // timed out: before it was done
    LearnerState state = {};        // behind the head; where it is kept
};

// Teaches a table by one episode: its elements (state * actions + action) and rewards, step by
// step.
template <class Real>
using EpisodeTeacher = void (*)(const TabularSettings&, int actions,
                                std::span<const std::int32_t> elements,
                                std::span<const Real> rewards, std::span<Real> table);

template <class Real>
struct SharedLearner {
    std::vector<Real> table, count;  // as above
    std::vector<Real> returns;       // of episodes as they ended: by step, then by world
    std::vector<double> test;
    LaneSteps steps;  // useful ones since it began; lanes now
    LearnerStage stage = LearnerStage::not_begun;
    LearnerState state = {};  // as above
};

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

    // Throws ConfigError as learn() does, and where config.most_steps stops every learner.
    void check(std::span<const TabularSettings> settings,
               EpisodeTeacher<Real> teach = nullptr) const;

    // Trains settings.size() learners, or `learners` with the same settings where there is one
    // element; learner i has learner_seed(config, i). They go on from config.resume, if there is
    // any. Hands each over when it is done, or where config's stop finds it, from any thread; not
    // those that have not begun, or had failed. With a teacher, tables learn when episodes end, and
    // steps teach nothing. Throws ConfigError on states of learners of another kind, or that had
    // come further than their settings let them.
    LaneSteps learn(std::span<const TabularSettings> settings, std::int64_t learners,
                    TestPolicy policy, const std::function<void(const Finished<Real>&)>& done,
                    const Progress& progress, EpisodeTeacher<Real> teach = nullptr) const;

    // One learner whose table many worlds feed: all step, then all teach, in order of worlds, from
    // the values that the step began with. `settings.episodes` and `steps` count all worlds'.
    // `from`: what is behind the head of the state that it goes on from, or nothing.
    SharedLearner<Real> learn_together(const TabularSettings& settings, std::int64_t worlds,
                                       TestPolicy policy, std::uint64_t seed,
                                       std::span<const std::byte> from = {}) const;

    // The returns of config.test_episodes test episodes played by a table; none where config's stop
    // was asked for before.
    std::vector<double> test(std::span<const Real> table, const TabularSettings& settings,
                             TestPolicy policy, std::uint64_t seed) const;

    // The first `most_steps` actions of test episode `episode` among them.
    std::vector<std::int32_t> test_actions(std::span<const Real> table,
                                           const TabularSettings& settings, TestPolicy policy,
                                           std::uint64_t seed, std::uint32_t episode,
                                           std::int32_t most_steps) const;

    // Plays `episodes` episodes of `stream` by a table, world i's first each.
    std::vector<Episode> play(std::span<const Real> table, const TabularSettings& settings,
                              std::uint64_t seed, Stream stream, std::int64_t episodes,
                              LaneSteps* steps = nullptr) const;

private:
    struct Data;
    std::unique_ptr<Data> data_;
};

extern template class Population<float>;
extern template class Population<double>;

}  // namespace lockstep

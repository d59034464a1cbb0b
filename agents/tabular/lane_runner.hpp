// Runs tabular learners, or games by finished tables, in the lanes of one vector.
//
// Owns:      the environment's kernels and worlds; random streams and settings in lane form; the
//            refilling of lanes.
// Must not:  own tables, or know of other threads.
// Invariant: what happens in a lane is a function of what the lane was given.
#pragma once

#include <algorithm>
#include <limits>

#include <lockstep/error.hpp>

#include "agents/lanes/lane_assigner.hpp"
#include "agents/lanes/learner_keys.hpp"
#include "agents/tabular/trained_table.hpp"
#include "engine/environments/shared_worlds.hpp"
#include "engine/machine/parallel.hpp"
#include "engine/memory/hash.hpp"

namespace lockstep {

inline constexpr std::int32_t no_budget = std::numeric_limits<std::int32_t>::max();
// Steps between two checks for lanes whose learner is done.
inline constexpr int learning_chunk = 256, playing_chunk = 16;

inline double exploration_value(const TabularSettings& s) {
    switch (s.exploration) {
        case Exploration::softmax:
            return s.temperature;
        case Exploration::proportional:
            return s.offset;
        case Exploration::ucb:
            return s.ucb_c;
        default:
            return 0;
    }
}

inline std::int32_t as_budget(std::int64_t count) {
    return static_cast<std::int32_t>(std::min<std::int64_t>(count, no_budget));
}

inline std::int64_t step_budget(const TabularSettings& s) {
    return s.steps > 0 ? s.steps : no_budget;
}

inline bool averages(const TabularSettings& s) {
    return s.learning_rate_schedule == LearningRateSchedule::average;
}
inline bool bootstraps(const TabularSettings& s) {
    return s.terminal == TerminalValue::bootstrapped;
}

template <class Real>
bool is_over(const TabularLanes<Real>& lanes, int lane) {
    return lanes.episodes_left[lane] <= 0 || lanes.steps_left[lane] <= 0;
}

// Assigns a lane to a learner.
template <class Real>
void give_lane(TabularLanes<Real>& lanes, int lane, const TabularSettings& s,
               const LearnerKeys& keys, std::uint32_t id, std::int64_t table, std::int64_t log) {
    put_key(lanes.resets, lane, keys.resets);
    put_key(lanes.dynamics, lane, keys.dynamics);
    put_key(lanes.actions, lane, keys.actions);
    lanes.id[lane] = id;
    lanes.table[lane] = static_cast<std::int32_t>(table);
    lanes.alpha[lane] = static_cast<Real>(s.learning_rate);
    lanes.alpha_decay[lane] = static_cast<Real>(s.learning_rate_decay);
    lanes.alpha_fade[lane] =
        static_cast<Real>(s.learning_rate_horizon > 0 ? 1 / s.learning_rate_horizon : 0);
    lanes.visit_decay[lane] = static_cast<Real>(s.learning_rate_visit_decay);
    lanes.gamma[lane] = static_cast<Real>(s.gamma);
    const bool scheduled = s.epsilon_decay_episodes > 0;
    const double fall = s.epsilon - s.epsilon_final;
    lanes.epsilon_first[lane] = static_cast<Real>(s.epsilon);
    lanes.epsilon_last[lane] = static_cast<Real>(scheduled ? s.epsilon_final : s.epsilon);
    lanes.epsilon_slope[lane] =
        static_cast<Real>(scheduled ? fall / static_cast<double>(s.epsilon_decay_episodes) : 0);
    lanes.exploration[lane] = static_cast<Real>(exploration_value(s));
    lanes.fresh |= 1U << lane;
    lanes.episode[lane] = lanes.time[lane] = 0;
    lanes.episodes_left[lane] = as_budget(s.episodes);
    lanes.steps_left[lane] = as_budget(step_budget(s));
    lanes.log[lane] = log;
}

template <class Real>
class LaneRunner {
public:
    explicit LaneRunner(const TrainConfig& given)
        : config(given),
          entry(find_environment(given.env)),
          kernels(entry.tables.kernels<Real>(checked_isa(given.isa))),
          worlds(given.env_settings, entry),
          workers(given.threads) {
        if (kernels.learn_tabular == nullptr) {
            throw ConfigError(given.env +
                              ": its states are not numbered, which tabular agents need");
        }
        states = kernels.state_count(worlds.view());
        actions = worlds.settings().action_count;
        size = states * actions;
    }

    TabularTask<Real> task(const TabularSettings& s, bool frozen) const {
        TabularTask<Real> task{};
        task.worlds = worlds.view();
        // A frozen SARSA learner chooses each action when it is needed, as the others do.
        task.target = frozen && s.target == Target::sarsa ? Target::q_learning : s.target;
        task.exploration = s.exploration;
        task.actions = static_cast<std::int32_t>(actions);
        task.table_size = static_cast<std::int32_t>(size);
        task.frozen = frozen;
        task.bootstraps_terminal = bootstraps(s);
        const TransitionTables* model = worlds.view().model;
        task.learns_terminal = model == nullptr || model->learns_terminal_moves;
        task.some_illegal = model != nullptr && model->legal != nullptr;
        task.averages = averages(s);
        task.random_ties = s.ties == Ties::random;
        include(task, s);
        return task;
    }
    // A feature that one of a task's learners needs is computed for all of them.
    static void include(TabularTask<Real>& task, const TabularSettings& s) {
        task.explores |= s.epsilon > 0 || (s.epsilon_decay_episodes > 0 && s.epsilon_final > 0);
        task.decays |= s.learning_rate_decay > 0;
        task.fades |= s.learning_rate_horizon > 0;
        task.tires |= s.learning_rate_visit_decay > 0;
    }
    bool counts(const TabularSettings& s) const {
        return averages(s) || s.learning_rate_visit_decay > 0 || s.exploration == Exploration::ucb;
    }
    std::int64_t table_elements(const TabularSettings& s) const {
        return size * (s.target == Target::double_q ? 2 : 1);
    }

    // Runs jobs, each in the next free lane, until all are done or a stop is requested; a stop
    // leaves the jobs in lanes between two steps. begin(lane, job) puts a job into a lane;
    // done(lane, job) takes it out, or returns false if the job continues.
    template <class Begin, class Done>
    LaneSteps run_jobs(const TabularTask<Real>& task, TabularLanes<Real>& lanes, LaneAssigner& jobs,
                       int chunk, const std::stop_token& stop, const Begin& begin,
                       const Done& done) const {
        LaneSteps steps;
        while (!jobs.done() && !stop.stop_requested()) {
            jobs.fill(begin);
            // No lane steps past its budget, since it may later be resumed there.
            int here = chunk;
            for_lanes(jobs.busy(),
                      [&](int lane) { here = std::min(here, lanes.steps_left[lane]); });
            steps.useful += kernels.learn_tabular(task, lanes, here);
            steps.lanes += std::int64_t{here} * lane_count;
            for_lanes(jobs.busy(), [&](int lane) {
                if (is_over(lanes, lane) && done(lane, jobs.of(lane))) jobs.finish(lane);
            });
        }
        return steps;
    }
    // Runs all jobs 0 .. count-1.
    template <class Begin, class Done>
    LaneSteps run_all(const TabularTask<Real>& task, std::int64_t count, int chunk,
                      const Begin& begin, const Done& done) const {
        const auto lanes = std::make_unique<TabularLanes<Real>>();
        LaneAssigner jobs(count);
        return run_jobs(
            task, *lanes, jobs, chunk, {},
            [&](int lane, std::int64_t job) { begin(*lanes, lane, job); },
            [&](int lane, std::int64_t) { return done(*lanes, lane); });
    }

    TabularTask<Real> playing_task(const Real* table, const TabularSettings& s) const {
        TabularTask<Real> task = this->task(s, true);
        end_tests(task.worlds);
        task.table = const_cast<Real*>(table);
        return task;
    }
    std::vector<Episode> play(const Real* table, TabularSettings s, std::uint64_t seed,
                              Stream stream, std::int64_t episodes, LaneSteps& steps) const {
        const auto count = static_cast<std::size_t>(episodes);
        std::vector<Real> returns(count), rewards(count);
        std::vector<std::int32_t> lengths(count), last(count);
        TabularTask<Real> task = playing_task(table, s);
        task.log = {returns.data(), lengths.data(), rewards.data(), last.data()};
        s.episodes = 1, s.steps = 0;
        const LearnerKeys keys = learner_keys(seed, stream);
        steps.add(run_all(
            task, episodes, playing_chunk,
            [&](TabularLanes<Real>& lanes, int lane, std::int64_t job) {
                give_lane(lanes, lane, s, keys, static_cast<std::uint32_t>(job), 0, job);
            },
            [](const TabularLanes<Real>&, int) { return true; }));
        std::vector<Episode> played(count);
        for (std::size_t i = 0; i < count; ++i)
            played[i] = {returns[i], lengths[i], rewards[i], last[i]};
        return played;
    }

    // The settings with which a table is tested.
    static TabularSettings tested(TabularSettings s) {
        s.epsilon = s.epsilon_final = 0;
        s.epsilon_decay_episodes = 0;
        if (s.test_policy == TestPolicy::greedy || s.exploration == Exploration::ucb)
            s.exploration = Exploration::greedy;
        return s;
    }
    // Returns nothing if a stop was requested.
    std::vector<double> test(const Real* table, const TabularSettings& s,
                             std::uint64_t seed) const {
        std::vector<double> returns;
        if (config.stop.stop_requested()) return returns;
        LaneSteps uncounted;
        for (const Episode& e :
             play(table, tested(s), seed, Stream::test, config.test_episodes, uncounted))
            returns.push_back(e.episode_return);
        return returns;
    }

    std::vector<std::int32_t> test_actions(const Real* table, const TabularSettings& settings,
                                           std::uint64_t seed, std::uint32_t episode,
                                           std::int32_t max_steps) const {
        TabularSettings s = tested(settings);
        TabularTask<Real> task = playing_task(table, s);
        task.worlds.time_limit = std::min(task.worlds.time_limit, max_steps);
        const auto room = static_cast<std::size_t>(task.worlds.time_limit);  // for the first lane
        std::vector<std::int32_t> path(room);
        std::vector<Real> rewards(room), returns(1);
        task.path = {path.data(), rewards.data(), task.worlds.time_limit};
        task.log = {returns.data(), nullptr, nullptr, nullptr};
        s.episodes = 1, s.steps = 0;
        const LearnerKeys keys = learner_keys(seed, Stream::test);
        std::size_t length = 0;
        run_all(
            task, 1, 1,
            [&](TabularLanes<Real>& lanes, int lane, std::int64_t) {
                give_lane(lanes, lane, s, keys, episode, 0, 0);
            },
            [&](const TabularLanes<Real>& lanes, int lane) {
                length = lanes.time[lane];
                return true;
            });
        path.resize(length);
        for (std::int32_t& element : path) element %= static_cast<std::int32_t>(actions);
        return path;
    }

    // Distinguishes learners that cannot continue from each other's states.
    std::uint64_t state_kind(const TabularSettings& s, bool episodes_teach) const {
        Hash hash;
        hash.add(std::span<const char>(config.env));
        for (const std::int64_t part :
             {std::int64_t{sizeof(Real)}, states, actions, static_cast<std::int64_t>(s.target),
              static_cast<std::int64_t>(s.exploration), std::int64_t{averages(s)},
              std::int64_t{bootstraps(s)}, std::int64_t{episodes_teach}})
            hash.mix(static_cast<std::uint64_t>(part));
        return hash.value();
    }

    TrainConfig config;
    EnvironmentEntry entry;
    const Kernels<Real>& kernels;
    SharedWorlds<Real> worlds;
    Workers workers;
    std::int64_t states = 0, actions = 0, size = 0;
};

}  // namespace lockstep

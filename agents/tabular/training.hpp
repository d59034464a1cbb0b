// The training of a population's learners in lanes: one call to Population::learn.
//
// Owns:      which learner is in which lane, and how it enters, continues and leaves.
// Must not:  know how a step is learned from.
// Invariant: a learner that stops and continues, in whatever lane, has the same bits as one that
//            did not.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>

#include "agents/tabular/lane_runner.hpp"
#include "agents/tabular/lane_tables.hpp"
#include "agents/tabular/table_state.hpp"
#include "engine/memory/memory.hpp"

namespace lockstep {

template <class Real>
class Training {
public:
    Training(const LaneRunner<Real>& data, std::span<const TabularSettings> settings,
             const std::function<void(const TrainedTable<Real>&)>& done,
             EpisodeTeacher<Real> teacher)
        : data_(data),
          settings_(settings),
          done_(done),
          teach_(teacher),
          common_(data.task(settings[0], teacher != nullptr)),
          elements_(data.table_elements(settings[0])),
          kind_(data.state_kind(settings[0], teacher != nullptr)) {
        for (const TabularSettings& s : settings) {
            check_tabular(s, data.entry, data.worlds.settings(), data.states);
            LaneRunner<Real>::include(common_, s);
            counts_ |= data.counts(s);
            const std::int64_t most = s.steps > 0 ? std::min(s.steps, s.episodes) : s.episodes;
            episodes_ = std::max(episodes_, most);
        }
        if (teacher != nullptr) path_ = common_.worlds.time_limit;
        check_memory();
    }

    // Trains the learners first .. first + count - 1.
    LaneSteps train(std::int64_t first, std::int64_t count) const {
        const std::vector<std::int64_t> learners = at_work(first, count);
        Share share(*this, std::ssize(learners));
        const auto learner = [&](std::int64_t job) {
            return learners[static_cast<std::size_t>(job)];
        };
        const LaneSteps steps = data_.run_jobs(
            share.task, *share.lanes, share.jobs, learning_chunk, data_.config.stop,
            [&](int lane, std::int64_t job) { begin(share, lane, learner(job)); },
            [&](int lane, std::int64_t job) { return end(share, lane, learner(job)); });
        for_lanes(share.jobs.busy(), [&](int lane) {
            hand_over(share, lane, learner(share.jobs.of(lane)), LearnerStage::under_way);
        });
        for (std::int64_t job = share.jobs.begun(); job < std::ssize(learners); ++job)
            pass_on(share, learner(job));
        return steps;
    }

private:
    // The episodes that a learner has ended, and their steps.
    struct Past {
        std::int64_t episodes = 0, steps = 0;
    };
    // The learners that share a vector's lanes.
    struct Share {
        Share(const Training& of, std::int64_t learners)
            : slots(of.elements_, of.counts_, of.episodes_, of.path_),
              task(of.common_),
              jobs(learners) {
            slots.attach(task);
        }
        LaneTables<Real> slots;
        TabularTask<Real> task;
        std::unique_ptr<TabularLanes<Real>> lanes = std::make_unique<TabularLanes<Real>>();
        LaneAssigner jobs;
        Past past[lane_count];  // when the lane was assigned, or after the last teaching
    };

    const TabularSettings& of(std::int64_t learner) const {
        return settings_of(settings_, learner);
    }
    std::uint64_t seed_of(std::int64_t learner) const {
        return learner_seed(data_.config, learner);
    }
    StateHead head_before(std::int64_t learner) const {
        const auto states = data_.config.resume;
        return states.empty() ? StateHead{} : head_of(states[static_cast<std::size_t>(learner)]);
    }
    // The number of steps after which a learner is stopped, done or not.
    std::int64_t max_steps(const TabularSettings& s) const {
        const std::int64_t most = data_.config.max_steps;
        return most > 0 ? std::min(most, step_budget(s)) : step_budget(s);
    }
    void check_memory() const {
        const auto threads = static_cast<std::uint64_t>(data_.workers.count());
        const std::uint64_t bytes =
            threads * LaneTables<Real>::bytes(elements_, counts_, episodes_, path_);
        require_memory(bytes, std::to_string(threads) +
                                  " threads with sixteen tables and records of " +
                                  std::to_string(episodes_) + " episodes each");
    }

    // The learners that have not failed before.
    std::vector<std::int64_t> at_work(std::int64_t first, std::int64_t count) const {
        std::vector<std::int64_t> learners(static_cast<std::size_t>(count));
        std::iota(learners.begin(), learners.end(), first);
        std::erase_if(learners,
                      [&](std::int64_t learner) { return is_lost(head_before(learner).stage); });
        return learners;
    }

    void begin(Share& share, int lane, std::int64_t learner) const {
        if (has_learnt(head_before(learner).stage)) return resume_lane(share, lane, learner);
        const std::int64_t at = share.slots.table_at(lane);
        std::fill_n(share.task.table + at, elements_, static_cast<Real>(of(learner).initial_value));
        if (counts_) std::fill_n(share.task.count + at, elements_, Real(0));
        assign_lane(share, lane, learner);
        begin_next_episode(share, lane, of(learner), {});
    }
    void assign_lane(Share& share, int lane, std::int64_t learner) const {
        give_lane(*share.lanes, lane, of(learner), learner_keys(seed_of(learner), Stream::resets),
                  0, share.slots.table_at(lane), share.slots.log_at(lane));
    }
    // Restores the lane's episode and time, which moved on idly while its neighbors ended their
    // episodes.
    void begin_next_episode(Share& share, int lane, const TabularSettings& s,
                            const Past& past) const {
        share.past[lane] = past;
        set_budget(*share.lanes, lane, s, past.episodes, past.steps);
        share.lanes->episode[lane] = static_cast<std::uint32_t>(past.episodes);
        share.lanes->time[lane] = static_cast<std::uint32_t>(past.steps);
        share.lanes->fresh |= 1U << lane;
    }
    // Sets the remaining budget. Where episodes teach, they are played one by one.
    void set_budget(TabularLanes<Real>& lanes, int lane, const TabularSettings& s,
                    std::int64_t episodes, std::int64_t steps) const {
        const std::int64_t left = s.episodes - episodes;
        lanes.episodes_left[lane] =
            as_budget(teach_ == nullptr ? left : std::min<std::int64_t>(1, left));
        lanes.steps_left[lane] = as_budget(std::max<std::int64_t>(0, max_steps(s) - steps));
    }

    // Continues from the learner's state in config.resume.
    void resume_lane(Share& share, int lane, std::int64_t learner) const {
        const TabularSettings& s = of(learner);
        const SavedTable<Real> saved(
            kind_, body_of(data_.config.resume[static_cast<std::size_t>(learner)]));
        const TableState<Real>& state = saved.state();
        check_fits(state, s);
        const std::int64_t at = share.slots.table_at(lane), log = share.slots.log_at(lane);
        std::ranges::copy(state.table, share.task.table + at);
        if (counts_) {
            std::fill_n(share.task.count + at, elements_, Real(0));
            std::ranges::copy(state.count, share.task.count + at);
        }
        std::ranges::copy(state.returns, share.task.log.returns + log);
        assign_lane(share, lane, learner);
        share.lanes->log[lane] += std::ssize(state.returns);
        const Past past{std::ssize(state.returns), state.steps};
        if (state.worlds.empty()) {
            begin_next_episode(share, lane, s, past);
            // Steps may have run out within an episode that taught nothing.
            const bool spent = head_before(learner).record.steps >= max_steps(s);
            if (spent) share.lanes->steps_left[lane] = 0;
            return;
        }
        move_lane(*share.lanes, lane, state.worlds[0]);
        share.lanes->fresh &= ~(1U << lane);
        set_budget(*share.lanes, lane, s, past.episodes, past.steps);
        share.past[lane] = {past.episodes, past.steps - state.worlds[0].length};
    }
    void check_fits(const TableState<Real>& state, const TabularSettings& s) const {
        const bool fits = std::ssize(state.table) == elements_ &&
                          std::ssize(state.count) == (data_.counts(s) ? elements_ : 0) &&
                          state.worlds.size() <= (teach_ == nullptr ? 1U : 0U);
        if (!fits) throw ConfigError("a state whose tables are not those of the settings");
        for (const MovingLane<Real>& at : state.worlds) {
            if (at.episode != static_cast<std::uint32_t>(state.returns.size()) || at.length < 0 ||
                at.time != static_cast<std::uint32_t>(state.steps) || at.length > state.steps)
                throw ConfigError("a state whose episodes and steps do not fit each other");
        }
        if (std::ssize(state.returns) > s.episodes || state.steps > step_budget(s)) {
            throw too_far(std::ssize(state.returns), state.steps);
        }
    }
    // Hands the learner over unchanged, since a stop lets none begin or continue.
    void pass_on(Share& share, std::int64_t learner) const {
        if (!has_learnt(head_before(learner).stage)) return;
        constexpr int lane = 0;
        resume_lane(share, lane, learner);
        if (is_over(*share.lanes, lane)) {
            end(share, lane, learner);
        } else {
            hand_over(share, lane, learner, LearnerStage::under_way);
        }
    }

    // Returns whether the learner is done.
    bool end(Share& share, int lane, std::int64_t learner) const {
        const TabularSettings& s = of(learner);
        if (teach_ != nullptr && !teach(share, lane, s)) return false;
        const bool in_time = logged(share, lane) >= s.episodes || max_steps(s) == step_budget(s);
        hand_over(share, lane, learner,
                  in_time ? LearnerStage::finished : LearnerStage::step_limit);
        return true;
    }
    std::int64_t logged(const Share& share, int lane) const {
        return share.lanes->log[lane] - share.slots.log_at(lane);
    }
    // The lengths of the episodes since `past`.
    std::span<const std::int32_t> lengths(const Share& share, int lane) const {
        const std::int64_t before = share.past[lane].episodes;
        return {share.task.log.lengths + share.slots.log_at(lane) + before,
                static_cast<std::size_t>(logged(share, lane) - before)};
    }
    // Teaches the episode that has ended; returns whether it was the last.
    bool teach(Share& share, int lane, const TabularSettings& s) const {
        const auto ended = lengths(share, lane);
        if (ended.empty()) return true;  // steps ran out within an episode
        const auto length = static_cast<std::size_t>(ended[0]);
        const std::int64_t from = std::int64_t{lane} * share.task.path.stride;
        teach_(s, static_cast<int>(data_.actions), {share.task.path.element + from, length},
               {share.task.path.reward + from, length}, table(share, lane));
        Past& past = share.past[lane];
        ++past.episodes, past.steps += ended[0];
        if (past.steps >= max_steps(s) || past.episodes >= s.episodes) return true;
        begin_next_episode(share, lane, s, past);
        return false;
    }
    std::span<Real> table(const Share& share, int lane) const {
        return {share.task.table + share.slots.table_at(lane), static_cast<std::size_t>(elements_)};
    }

    void hand_over(Share& share, int lane, std::int64_t learner, LearnerStage stage) const {
        const TabularSettings& s = of(learner);
        const auto n = static_cast<std::size_t>(elements_);
        const auto table = this->table(share, lane);
        const std::span<const Real> returns{share.task.log.returns + share.slots.log_at(lane),
                                            static_cast<std::size_t>(logged(share, lane))};
        const std::span<const Real> count{
            share.task.count + (counts_ ? share.slots.table_at(lane) : 0), counts_ ? n : 0};
        const auto played = lengths(share, lane);
        TableState<Real> state{
            .steps = std::accumulate(played.begin(), played.end(), share.past[lane].steps),
            .table = table,
            .count = data_.counts(s) ? count : std::span<const Real>(),
            .returns = returns,
            .worlds = {}};
        // A learner that has ended all its episodes, or that episodes teach, stands before an
        // episode.
        const MovingLane<Real> moving = moving_lane(*share.lanes, lane);
        const bool within = teach_ == nullptr && std::ssize(returns) < s.episodes;
        if (within) state.worlds = {&moving, 1}, state.steps += moving.length;
        const bool step_limit = stage == LearnerStage::step_limit;
        const bool out_of_steps =
            share.lanes->steps_left[lane] <= 0 && std::ssize(returns) < s.episodes;
        TrainedTable<Real> one{.learner = learner,
                               .table = table,
                               .count = count,
                               .returns = returns,
                               .test = stage == LearnerStage::finished
                                           ? data_.test(table.data(), s, seed_of(learner))
                                           : std::vector<double>(),
                               .steps = out_of_steps ? max_steps(s) : state.steps,
                               .stage = stage};
        if (data_.config.keep_states && !step_limit) one.state = write_table_state(kind_, state);
        done_(one);
    }

    const LaneRunner<Real>& data_;
    std::span<const TabularSettings> settings_;
    const std::function<void(const TrainedTable<Real>&)>& done_;
    EpisodeTeacher<Real> teach_;
    TabularTask<Real> common_;
    std::int64_t elements_, episodes_ = 0;
    std::uint64_t kind_;
    bool counts_ = false;
    std::int32_t path_ = 0;
};

}  // namespace lockstep

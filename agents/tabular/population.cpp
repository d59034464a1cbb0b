#include <lockstep/agents/tabular/population.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

#include <lockstep/agents/tabular/lane_runner.hpp>
#include <lockstep/agents/tabular/slots.hpp>
#include <lockstep/engine/memory.hpp>

namespace lockstep {
namespace {

// What the tasks of one call to learn() share.
template <class Real, class Data>
class Training {
public:
    Training(const Data& data, std::span<const TabularSettings> settings, TestPolicy policy,
             const std::function<void(const Finished<Real>&)>& done, EpisodeTeacher<Real> teacher)
        : data_(data),
          settings_(settings),
          policy_(policy),
          done_(done),
          teach_(teacher),
          common_(data.task(settings[0], teacher != nullptr)),
          elements_(data.table_elements(settings[0])) {
        for (const TabularSettings& s : settings) {
            check_tabular(s, data.entry, data.worlds.settings(), data.states);
            Data::include(common_, s);
            counts_ |= data.counts(s);
            const std::int64_t most = s.steps > 0 ? std::min(s.steps, s.episodes) : s.episodes;
            episodes_ = std::max(episodes_, most);
        }
        if (teacher != nullptr) path_ = common_.worlds.time_limit;
        check_memory();
    }

    // The learners first .. first + count - 1.
    LaneSteps train(std::int64_t first, std::int64_t count) const {
        Slots<Real> slots(elements_, counts_, episodes_, path_);
        TabularTask<Real> task = common_;
        slots.attach(task);
        Taught taught[lane_count];
        return data_.run_jobs(
            task, count, learning_chunk,
            [&](TabularLanes<Real>& lanes, int lane, std::int64_t job) {
                taught[lane] = {};
                begin(task, slots, lanes, lane, first + job);
            },
            [&](TabularLanes<Real>& lanes, int lane, std::int64_t job) {
                return end(task, slots, lanes, lane, first + job, taught[lane]);
            });
    }

private:
    // The episodes by which a table was taught.
    struct Taught {
        std::int64_t episodes = 0, steps = 0;
    };

    const TabularSettings& of(std::int64_t learner) const {
        return settings_of(settings_, learner);
    }
    std::uint64_t seed_of(std::int64_t learner) const {
        return learner_seed(data_.config, learner);
    }
    // After which a learner is stopped, done or not.
    std::int64_t most_steps(const TabularSettings& s) const {
        const std::int64_t most = data_.config.most_steps;
        return most > 0 ? std::min(most, step_budget(s)) : step_budget(s);
    }
    void check_memory() const {
        const auto threads = static_cast<std::uint64_t>(data_.workers.count());
        const std::uint64_t bytes =
            threads * Slots<Real>::bytes(elements_, counts_, episodes_, path_);
        require_memory(bytes, std::to_string(threads) +
                                  " threads with sixteen tables and records of " +
                                  std::to_string(episodes_) + " episodes each");
    }

    void begin(const TabularTask<Real>& task, const Slots<Real>& slots, TabularLanes<Real>& lanes,
               int lane, std::int64_t learner) const {
        const TabularSettings& s = of(learner);
        const std::int64_t at = slots.table_at(lane);
        std::fill_n(task.table + at, elements_, static_cast<Real>(s.initial));
        if (counts_) std::fill_n(task.count + at, elements_, Real(0));
        give_lane(lanes, lane, s, learner_keys(seed_of(learner), Stream::resets), 0, at,
                  slots.log_at(lane));
        lanes.steps_left[lane] = as_budget(most_steps(s));
        if (teach_ != nullptr) lanes.episodes_left[lane] = 1;
    }
    // Whether the learner is done.
    bool end(const TabularTask<Real>& task, const Slots<Real>& slots, TabularLanes<Real>& lanes,
             int lane, std::int64_t learner, Taught& taught) const {
        const auto n = static_cast<std::size_t>(elements_);
        const std::int64_t at = slots.table_at(lane), log = slots.log_at(lane);
        const auto logged = static_cast<std::size_t>(lanes.log[lane] - log);
        const std::span<Real> table(task.table + at, n);
        const std::span<const std::int32_t> lengths(task.log.lengths + log, logged);
        const TabularSettings& s = of(learner);
        if (teach_ != nullptr && !teach(task, lanes, lane, s, lengths, table, taught)) return false;
        const bool in_time = std::ssize(lengths) >= s.episodes || most_steps(s) == step_budget(s);
        done_({learner,
               table,
               {task.count + (counts_ ? at : 0), counts_ ? n : 0},
               {task.log.returns + log, logged},
               lengths,
               in_time ? data_.test(table.data(), s, policy_, seed_of(learner))
                       : std::vector<double>(),
               steps_of(s, lengths),
               !in_time});
        return true;
    }
    // A learner that did not end all of its episodes was stopped by its steps.
    std::int64_t steps_of(const TabularSettings& s, std::span<const std::int32_t> lengths) const {
        if (std::ssize(lengths) < s.episodes) return most_steps(s);
        return std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
    }
    // Teaches the episode that has ended; whether it was the last.
    bool teach(const TabularTask<Real>& task, TabularLanes<Real>& lanes, int lane,
               const TabularSettings& s, std::span<const std::int32_t> lengths,
               std::span<Real> table, Taught& taught) const {
        if (std::ssize(lengths) == taught.episodes) return true;  // steps ran out within an episode
        const auto length = static_cast<std::size_t>(lengths.back());
        const std::int64_t from = std::int64_t{lane} * task.path.stride;
        teach_(s, static_cast<int>(data_.actions), {task.path.element + from, length},
               {task.path.reward + from, length}, table);
        ++taught.episodes, taught.steps += lengths.back();
        if (taught.steps >= most_steps(s) || taught.episodes >= s.episodes) return true;
        go_on(lanes, lane, s, taught);
        return false;
    }
    // The next episode begins as if the lane had not been moved on, idly, while its neighbours
    // ended theirs.
    void go_on(TabularLanes<Real>& lanes, int lane, const TabularSettings& s,
               const Taught& taught) const {
        lanes.episodes_left[lane] = 1;
        lanes.steps_left[lane] = as_budget(most_steps(s) - taught.steps);
        lanes.episode[lane] = static_cast<std::uint32_t>(taught.episodes);
        lanes.time[lane] = static_cast<std::uint32_t>(taught.steps);
        lanes.fresh |= 1U << lane;
    }

    const Data& data_;
    std::span<const TabularSettings> settings_;
    TestPolicy policy_;
    const std::function<void(const Finished<Real>&)>& done_;
    EpisodeTeacher<Real> teach_;
    TabularTask<Real> common_;
    std::int64_t elements_, episodes_ = 0;
    bool counts_ = false;
    std::int32_t path_ = 0;
};

}  // namespace

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
Population<Real>::Population(const TrainConfig& config) : data_(std::make_unique<Data>(config)) {}
template <class Real>
Population<Real>::~Population() = default;
template <class Real>
Population<Real>::Population(Population&&) noexcept = default;

template <class Real>
std::int64_t Population<Real>::states() const {
    return data_->states;
}
template <class Real>
std::int64_t Population<Real>::actions() const {
    return data_->actions;
}
template <class Real>
const WorldSettings& Population<Real>::world() const {
    return data_->worlds.settings();
}

template <class Real>
void Population<Real>::check(std::span<const TabularSettings> settings,
                             EpisodeTeacher<Real> teach) const {
    const std::function<void(const Finished<Real>&)> nobody;
    const Training<Real, Data> training(*data_, settings, TestPolicy::greedy, nobody, teach);
    for (const TabularSettings& s : settings)
        check_most_steps(data_->config, std::min(s.episodes, step_budget(s)));
}

template <class Real>
LaneSteps Population<Real>::learn(std::span<const TabularSettings> settings, std::int64_t learners,
                                  TestPolicy policy,
                                  const std::function<void(const Finished<Real>&)>& done,
                                  const Progress& progress, EpisodeTeacher<Real> teach) const {
    const Training<Real, Data> training(*data_, settings, policy, done, teach);
    return deal_learners(
        data_->workers, learners, progress,
        [&](std::int64_t first, std::int64_t count) { return training.train(first, count); });
}

template <class Real>
std::vector<double> Population<Real>::test(std::span<const Real> table,
                                           const TabularSettings& settings, TestPolicy policy,
                                           std::uint64_t seed) const {
    return data_->test(table.data(), settings, policy, seed);
}

template <class Real>
std::vector<std::int32_t> Population<Real>::test_actions(std::span<const Real> table,
                                                         const TabularSettings& settings,
                                                         TestPolicy policy, std::uint64_t seed,
                                                         std::uint32_t episode,
                                                         std::int32_t most_steps) const {
    return data_->test_actions(table.data(), settings, policy, seed, episode, most_steps);
}

template <class Real>
std::vector<Episode> Population<Real>::play(std::span<const Real> table,
                                            const TabularSettings& settings, std::uint64_t seed,
                                            Stream stream, std::int64_t episodes,
                                            LaneSteps* steps) const {
    LaneSteps played;
    auto result = data_->play(table.data(), settings, seed, stream, episodes, played);
    if (steps != nullptr) steps->add(played);
    return result;
}

template class Population<float>;
template class Population<double>;

}  // namespace lockstep

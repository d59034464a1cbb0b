// One table that many environments feed.

#include <cmath>

#include "agents/tabular/lane_runner.hpp"
#include "agents/tabular/population.hpp"
#include "agents/tabular/table_state.hpp"

namespace lockstep {
namespace {

// Vectors per task: fewer are not worth a thread.
constexpr std::int64_t vectors_a_task = 64;

// Applies the updates of a vector's sixteen worlds, in the order of worlds.
template <class Real>
void merge(const TabularLanes<Real>& lanes, const TabularTask<Real>& task) {
    for (int lane = 0; lane < lane_count; ++lane) {
        const std::int32_t index = lanes.update_index[lane];
        if (index < 0) continue;
        Real alpha = lanes.update_alpha[lane];
        if (task.count != nullptr) {
            const Real visits = task.count[index]++;
            alpha = task.averages ? Real(1) / (visits + Real(1))
                                  : alpha / std::fma(lanes.visit_decay[lane], visits, Real(1));
        }
        Real& value = task.table[index];
        value = std::fma(alpha, lanes.update_target[lane] - value, value);
    }
}

// The learner and the worlds that feed its table.
template <class Real>
class SharedTable {
public:
    SharedTable(const LaneRunner<Real>& data, const TabularSettings& settings, std::uint64_t seed)
        : data_(data),
          settings_(settings),
          worlds_(settings.num_envs),
          vectors_((worlds_ + lane_count - 1) / lane_count),
          returns_(static_cast<std::size_t>(vectors_ * lane_count)),
          lanes_(static_cast<std::size_t>(vectors_)),
          task_(data.task(settings, false)) {
        const auto elements = static_cast<std::size_t>(data.table_elements(settings));
        learner_.table.assign(elements, static_cast<Real>(settings.initial_value));
        if (data.counts(settings)) learner_.count.assign(elements, Real(0));
        task_.deferred = true;
        task_.table = learner_.table.data();
        task_.count = learner_.count.empty() ? nullptr : learner_.count.data();
        task_.log.returns = returns_.data();
        TabularSettings endless_world = settings;
        endless_world.episodes = endless_world.steps = no_budget;
        const LearnerKeys keys = learner_keys(seed, Stream::resets);
        for_worlds([&](TabularLanes<Real>& lanes, int lane, std::int64_t world) {
            give_lane(lanes, lane, endless_world, keys, static_cast<std::uint32_t>(world), 0,
                      world);
        });
    }

    void resume(std::span<const std::byte> from) {
        const SavedTable<Real> saved(kind(), from);
        const TableState<Real>& state = saved.state();
        if (state.table.size() != learner_.table.size() ||
            state.count.size() != learner_.count.size() || std::ssize(state.worlds) != worlds_)
            throw ConfigError("a state whose tables or worlds are not those of the settings");
        // All worlds step before the budget is checked, so a state may exceed it by less than their
        // number.
        if (std::ssize(state.returns) - settings_.episodes >= worlds_ ||
            state.steps - budget() >= worlds_)
            throw too_far(std::ssize(state.returns), state.steps);
        std::ranges::copy(state.table, learner_.table.begin());
        std::ranges::copy(state.count, learner_.count.begin());
        learner_.returns.assign(state.returns.begin(), state.returns.end());
        learner_.steps.useful = state.steps;
        learner_.stage = LearnerStage::under_way;
        for_worlds([&](TabularLanes<Real>& lanes, int lane, std::int64_t world) {
            move_lane(lanes, lane, state.worlds[static_cast<std::size_t>(world)]);
            lanes.fresh &= ~(1U << lane);
        });
    }

    SharedLearner<Real> run(std::uint64_t seed) {
        const std::int64_t most =
            data_.config.max_steps > 0 ? std::min(data_.config.max_steps, budget()) : budget();
        const auto finished = [&] { return learner_.steps.useful >= most || has_ended(); };
        while (!finished() && !data_.config.stop.stop_requested()) step();
        if (learner_.stage == LearnerStage::not_begun) return std::move(learner_);
        if (finished()) {
            const bool in_time = learner_.steps.useful >= budget() || has_ended();
            learner_.stage = in_time ? LearnerStage::finished : LearnerStage::step_limit;
        }
        if (learner_.stage == LearnerStage::finished)
            learner_.test = data_.test(learner_.table.data(), settings_, seed);
        if (data_.config.keep_states && learner_.stage != LearnerStage::step_limit) save();
        return std::move(learner_);
    }

private:
    void for_worlds(auto&& visit) {
        for (std::int64_t i = 0; i < worlds_; ++i)
            visit(lanes_[static_cast<std::size_t>(i / lane_count)],
                  static_cast<int>(i % lane_count), i);
    }
    std::uint64_t kind() const { return data_.state_kind(settings_, false); }
    std::int64_t budget() const {
        return settings_.steps > 0 ? settings_.steps : std::int64_t{1} << 62;
    }
    bool has_ended() const { return std::ssize(learner_.returns) >= settings_.episodes; }

    // All worlds step, then all teach.
    void step() {
        learner_.stage = LearnerStage::under_way;
        const std::int64_t tasks = (vectors_ + vectors_a_task - 1) / vectors_a_task;
        const auto advance = [&](std::int64_t t) {
            const std::int64_t end = std::min(vectors_, (t + 1) * vectors_a_task);
            for (std::int64_t v = t * vectors_a_task; v < end; ++v)
                data_.kernels.learn_tabular(task_, lanes_[static_cast<std::size_t>(v)], 1);
        };
        if (tasks == 1) {
            advance(0);
        } else {
            data_.workers.for_each_share(tasks, advance);
        }
        for (TabularLanes<Real>& lanes : lanes_) {
            merge(lanes, task_);
            const std::int64_t first = (&lanes - lanes_.data()) * lane_count;
            for (int lane = 0; lane < lane_count; ++lane) {
                const std::int64_t world = first + lane;
                if (world >= worlds_ || lanes.log[lane] == world) continue;
                learner_.returns.push_back(returns_[static_cast<std::size_t>(world)]);
                lanes.log[lane] = world;
            }
        }
        learner_.steps.useful += worlds_;
        learner_.steps.lanes += vectors_ * lane_count;
    }

    void save() {
        std::vector<MovingLane<Real>> moving;
        for_worlds([&](const TabularLanes<Real>& lanes, int lane, std::int64_t) {
            moving.push_back(moving_lane(lanes, lane));
        });
        learner_.state = write_table_state<Real>(kind(), {.steps = learner_.steps.useful,
                                                          .table = learner_.table,
                                                          .count = learner_.count,
                                                          .returns = learner_.returns,
                                                          .worlds = moving});
    }

    const LaneRunner<Real>& data_;
    const TabularSettings& settings_;
    const std::int64_t worlds_, vectors_;
    std::vector<Real> returns_;  // of each world's last episode
    std::vector<TabularLanes<Real>> lanes_;
    TabularTask<Real> task_;
    SharedLearner<Real> learner_;
};

}  // namespace

template <class Real>
SharedLearner<Real> Population<Real>::learn_shared_table(const TabularSettings& settings,
                                                         std::uint64_t seed,
                                                         std::span<const std::byte> from) const {
    const LaneRunner<Real>& d = *runner_;
    check_tabular(settings, d.entry, world(), d.states);
    SharedTable<Real> shared(d, settings, seed);
    if (!from.empty()) shared.resume(from);
    return shared.run(seed);
}

template SharedLearner<float> Population<float>::learn_shared_table(
    const TabularSettings&, std::uint64_t, std::span<const std::byte>) const;
template SharedLearner<double> Population<double>::learn_shared_table(
    const TabularSettings&, std::uint64_t, std::span<const std::byte>) const;

}  // namespace lockstep

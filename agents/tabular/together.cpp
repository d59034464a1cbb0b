// One table that many worlds feed.

#include <cmath>

#include <lockstep/agents/tabular/lane_runner.hpp>

namespace lockstep {
namespace {

// Worlds a task: fewer are not worth a thread.
constexpr std::int64_t vectors_a_task = 64;

// What the sixteen worlds of a vector want taught, in order of worlds.
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

}  // namespace

template <class Real>
SharedLearner<Real> Population<Real>::learn_together(const TabularSettings& settings,
                                                     std::int64_t worlds, TestPolicy policy,
                                                     std::uint64_t seed) const {
    const Data& d = *data_;
    check_tabular(settings, d.entry, world(), d.states);
    const auto elements = static_cast<std::size_t>(d.table_elements(settings));
    SharedLearner<Real> learner;
    learner.table.assign(elements, static_cast<Real>(settings.initial));
    if (d.counts(settings)) learner.count.assign(elements, Real(0));
    const std::int64_t vectors = (worlds + lane_count - 1) / lane_count;
    std::vector<Real> returns(static_cast<std::size_t>(vectors * lane_count));
    std::vector<TabularLanes<Real>> lanes(static_cast<std::size_t>(vectors));

    TabularTask<Real> task = d.task(settings, false);
    task.deferred = true;
    task.table = learner.table.data();
    task.count = learner.count.empty() ? nullptr : learner.count.data();
    task.log.returns = returns.data();
    TabularSettings endless_world = settings;
    endless_world.episodes = endless_world.steps = no_budget;
    const LearnerKeys keys = learner_keys(seed, Stream::resets);
    for (std::int64_t i = 0; i < worlds; ++i) {
        give_lane(lanes[static_cast<std::size_t>(i / lane_count)], static_cast<int>(i % lane_count),
                  endless_world, keys, static_cast<std::uint32_t>(i), 0, i);
    }
    const std::int64_t tasks = (vectors + vectors_a_task - 1) / vectors_a_task;
    const std::int64_t budget = settings.steps > 0 ? settings.steps : std::int64_t{1} << 62;
    const std::int64_t most =
        d.config.most_steps > 0 ? std::min(d.config.most_steps, budget) : budget;
    while (learner.steps.useful < most &&
           static_cast<std::int64_t>(learner.returns.size()) < settings.episodes) {
        const auto advance = [&](std::int64_t t) {
            const std::int64_t end = std::min(vectors, (t + 1) * vectors_a_task);
            for (std::int64_t v = t * vectors_a_task; v < end; ++v)
                d.kernels.learn_tabular(task, lanes[static_cast<std::size_t>(v)], 1);
        };
        if (tasks == 1) {
            advance(0);
        } else {
            d.workers.for_each_share(tasks, advance);
        }
        for (std::int64_t v = 0; v < vectors; ++v) {
            auto& vector = lanes[static_cast<std::size_t>(v)];
            merge(vector, task);
            for (int lane = 0; lane < lane_count; ++lane) {
                const std::int64_t world = v * lane_count + lane;
                if (world >= worlds || vector.log[lane] == world) continue;
                learner.returns.push_back(returns[static_cast<std::size_t>(world)]);
                vector.log[lane] = world;
            }
        }
        learner.steps.useful += worlds;
        learner.steps.lanes += vectors * lane_count;
    }
    learner.timed_out = learner.steps.useful < budget &&
                        static_cast<std::int64_t>(learner.returns.size()) < settings.episodes;
    if (!learner.timed_out) learner.test = d.test(learner.table.data(), settings, policy, seed);
    return learner;
}

template SharedLearner<float> Population<float>::learn_together(const TabularSettings&,
                                                                std::int64_t, TestPolicy,
                                                                std::uint64_t) const;
template SharedLearner<double> Population<double>::learn_together(const TabularSettings&,
                                                                  std::int64_t, TestPolicy,
                                                                  std::uint64_t) const;

}  // namespace lockstep

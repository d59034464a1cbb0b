#include <lockstep/agents/tabular/population.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <lockstep/engine/error.hpp>
#include <lockstep/engine/memory.hpp>
#include <lockstep/engine/parallel.hpp>

namespace lockstep {
namespace {

constexpr std::int32_t endless = 1'000'000'000;  // a time limit that means none
constexpr std::int32_t endless_test = 1000;
constexpr std::int32_t unlimited = std::numeric_limits<std::int32_t>::max();
// Steps between two looks for lanes whose learner is done.
constexpr int learning_chunk = 256, playing_chunk = 16;
// Learners a task: a vector of them, or, of many, a few so that lanes are refilled.
std::int64_t learners_a_task(std::int64_t learners) {
    return learners < 32 * lane_count ? lane_count : 4 * lane_count;
}

struct Keys {
    Key resets, dynamics, actions;
};

// Of episodes in `stream`. Those that test draw everything from streams that training never saw.
Keys keys_of(std::uint64_t seed, Stream stream) {
    if (stream == Stream::resets) {
        return {stream_key(seed, stream), stream_key(seed, Stream::dynamics),
                stream_key(seed, Stream::actions)};
    }
    const Key own = stream_key(seed, stream);
    const std::uint64_t apart = std::uint64_t{own.words[0]} << 32U | own.words[1];
    return {own, stream_key(apart, Stream::dynamics), stream_key(apart, Stream::actions)};
}

void put(std::uint32_t (&words)[2][lane_count], int lane, Key key) {
    words[0][lane] = key.words[0];
    words[1][lane] = key.words[1];
}

double exploration_value(const TabularSettings& s) {
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

std::int32_t bounded(std::int64_t count) {
    return static_cast<std::int32_t>(std::min<std::int64_t>(count, unlimited));
}

// Gives a lane to a learner.
template <class Real>
void start(TabularLanes<Real>& lanes, int lane, const TabularSettings& s, const Keys& keys,
           std::uint32_t id, std::int64_t table, std::int64_t log) {
    put(lanes.resets, lane, keys.resets);
    put(lanes.dynamics, lane, keys.dynamics);
    put(lanes.actions, lane, keys.actions);
    lanes.id[lane] = id;
    lanes.table[lane] = static_cast<std::int32_t>(table);
    lanes.alpha[lane] = static_cast<Real>(s.alpha);
    lanes.alpha_decay[lane] = static_cast<Real>(s.alpha_decay);
    lanes.alpha_fade[lane] = static_cast<Real>(s.alpha_horizon > 0 ? 1 / s.alpha_horizon : 0);
    lanes.gamma[lane] = static_cast<Real>(s.gamma);
    const bool scheduled = s.epsilon_episodes > 0;
    const double fall = s.epsilon - s.epsilon_last;
    lanes.epsilon_first[lane] = static_cast<Real>(s.epsilon);
    lanes.epsilon_last[lane] = static_cast<Real>(scheduled ? s.epsilon_last : s.epsilon);
    lanes.epsilon_slope[lane] =
        static_cast<Real>(scheduled ? fall / static_cast<double>(s.epsilon_episodes) : 0);
    lanes.exploration[lane] = static_cast<Real>(exploration_value(s));
    lanes.fresh |= 1U << lane;
    lanes.episode[lane] = lanes.time[lane] = 0;
    lanes.episodes_left[lane] = bounded(s.episodes);
    lanes.steps_left[lane] = s.steps > 0 ? bounded(s.steps) : unlimited;
    lanes.log[lane] = log;
}

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
    const bool ends =
        !world.model || std::ranges::any_of(world.model->mdp().outcomes, &Outcome::terminated);
    if (s.steps == 0 && world.time_limit >= endless && !ends) {
        throw ConfigError(id +
                          " never ends: give the learner a number of `steps`, or its episodes "
                          "`max_episode_steps`");
    }
}

template <class Real>
struct Population<Real>::Data {
    explicit Data(const TrainConfig& given)
        : config(given),
          entry(find_environment(given.env)),
          kernels(entry.tables.kernels<Real>(checked_isa(given.isa))),
          worlds(given.env_settings, entry),
          workers(given.threads) {
        if (kernels.learn_tabular == nullptr) {
            throw ConfigError(given.env +
                              ": its states are not numbered, which tabular agents need");
        }
        states = kernels.state_numbers(worlds.view());
        actions = worlds.settings().action_count;
        size = states * actions;
    }

    TabularTask<Real> task(const TabularSettings& s, bool frozen) const {
        TabularTask<Real> task{};
        task.worlds = worlds.view();
        // A frozen SARSA learner chooses as it goes, as the others do.
        task.target = frozen && s.target == Target::sarsa ? Target::q_learning : s.target;
        task.exploration = s.exploration;
        task.actions = static_cast<std::int32_t>(actions);
        task.table_size = static_cast<std::int32_t>(size);
        task.frozen = frozen;
        task.bootstraps_terminal = s.bootstraps_terminal;
        const Model* model = worlds.view().model;
        task.learns_terminal = model == nullptr || model->learns_terminal_moves;
        task.some_impossible = model != nullptr && model->possible != nullptr;
        task.averages = s.averages;
        include(task, s);
        return task;
    }
    // What some of a task's learners need, all of them pay for.
    static void include(TabularTask<Real>& task, const TabularSettings& s) {
        task.explores |= s.epsilon > 0 || (s.epsilon_episodes > 0 && s.epsilon_last > 0);
        task.decays |= s.alpha_decay > 0;
        task.fades |= s.alpha_horizon > 0;
    }
    bool counts(const TabularSettings& s) const {
        return s.averages || s.exploration == Exploration::ucb;
    }
    std::int64_t table_elements(const TabularSettings& s) const {
        return size * (s.target == Target::double_q ? 2 : 1);
    }

    // Runs jobs 0 .. count-1, each in the next lane that comes free. begin(lanes, lane, job) gives
    // it one; done(lanes, lane, job) takes it back, or returns false where the job goes on.
    template <class Begin, class Done>
    LaneSteps run_jobs(const TabularTask<Real>& task, std::int64_t count, int chunk,
                       const Begin& begin, const Done& done) const {
        auto lanes = std::make_unique<TabularLanes<Real>>();
        std::int64_t job_of[lane_count];
        std::fill_n(job_of, lane_count, std::int64_t{-1});
        LaneSteps steps;
        for (std::int64_t next = 0, finished = 0; finished < count;) {
            for (int lane = 0; lane < lane_count && next < count; ++lane) {
                if (job_of[lane] >= 0) continue;
                job_of[lane] = next++;
                begin(*lanes, lane, job_of[lane]);
            }
            steps.useful += kernels.learn_tabular(task, *lanes, chunk);
            steps.lanes += std::int64_t{chunk} * lane_count;
            for (int lane = 0; lane < lane_count; ++lane) {
                const bool over = lanes->episodes_left[lane] <= 0 || lanes->steps_left[lane] <= 0;
                if (job_of[lane] < 0 || !over || !done(*lanes, lane, job_of[lane])) continue;
                job_of[lane] = -1;
                ++finished;
            }
        }
        return steps;
    }

    // Episodes of a process without end are cut after `endless_test` steps.
    std::vector<Episode> play(const Real* table, TabularSettings s, std::uint64_t seed,
                              Stream stream, std::int64_t episodes, LaneSteps& steps) const {
        const auto count = static_cast<std::size_t>(episodes);
        std::vector<Real> returns(count), rewards(count);
        std::vector<std::int32_t> lengths(count), last(count);
        TabularTask<Real> task = this->task(s, true);
        if (task.worlds.time_limit >= endless) task.worlds.time_limit = endless_test;
        task.table = const_cast<Real*>(table);
        task.log = {returns.data(), lengths.data(), rewards.data(), last.data()};
        s.episodes = 1, s.steps = 0;
        const Keys keys = keys_of(seed, stream);
        steps.add(run_jobs(
            task, episodes, playing_chunk,
            [&](TabularLanes<Real>& lanes, int lane, std::int64_t job) {
                start(lanes, lane, s, keys, static_cast<std::uint32_t>(job), 0, job);
            },
            [](TabularLanes<Real>&, int, std::int64_t) { return true; }));
        std::vector<Episode> played(count);
        for (std::size_t i = 0; i < count; ++i)
            played[i] = {returns[i], lengths[i], rewards[i], last[i]};
        return played;
    }

    // The settings by which a table is tested.
    static TabularSettings tested(TabularSettings s, TestPolicy policy) {
        s.epsilon = s.epsilon_last = 0;
        s.epsilon_episodes = 0;
        if (policy == TestPolicy::greedy || s.exploration == Exploration::ucb)
            s.exploration = Exploration::greedy;
        return s;
    }
    std::vector<double> test(const Real* table, const TabularSettings& s, TestPolicy policy,
                             std::uint64_t seed) const {
        std::vector<double> returns;
        LaneSteps untold;
        for (const Episode& e :
             play(table, tested(s, policy), seed, Stream::test, config.test_episodes, untold))
            returns.push_back(e.episode_return);
        return returns;
    }

    TrainConfig config;
    EnvironmentEntry entry;
    const Kernels<Real>& kernels;
    SharedWorlds<Real> worlds;
    Workers workers;
    std::int64_t states = 0, actions = 0, size = 0;
};

namespace {

// Sixteen tables and episode records, for the lanes of one task.
template <class Real>
class Slots {
public:
    // `path` steps of an episode are kept where it is not 0.
    Slots(std::int64_t elements, bool counts, std::int64_t episodes, std::int32_t path)
        : stride_((elements + 31) / 16 * 16),
          episodes_(episodes),
          tables_(bytes(stride_)),
          counts_(bytes(counts ? stride_ : 0)),
          returns_(static_cast<std::size_t>(lane_count * episodes)),
          lengths_(returns_.size()),
          rewards_(returns_.size()),
          last_(returns_.size()),
          path_length_(path),
          path_elements_(static_cast<std::size_t>(lane_count) * static_cast<std::size_t>(path)),
          path_rewards_(path_elements_.size()) {}

    // Points the task at this memory.
    void attach(TabularTask<Real>& task) {
        task.table = reinterpret_cast<Real*>(tables_.bytes().data());
        task.count =
            counts_.bytes().empty() ? nullptr : reinterpret_cast<Real*>(counts_.bytes().data());
        task.log = {returns_.data(), lengths_.data(), rewards_.data(), last_.data()};
        if (path_length_ > 0)
            task.path = {path_elements_.data(), path_rewards_.data(), path_length_};
    }
    std::int64_t table_at(int lane) const { return lane * stride_; }
    std::int64_t log_at(int lane) const { return lane * episodes_; }

private:
    static std::size_t bytes(std::int64_t elements) {
        return static_cast<std::size_t>(elements * lane_count) * sizeof(Real);
    }

    std::int64_t stride_, episodes_;
    Arena tables_, counts_;
    std::vector<Real> returns_;
    std::vector<std::int32_t> lengths_;
    std::vector<Real> rewards_;
    std::vector<std::int32_t> last_;
    std::int32_t path_length_;
    std::vector<std::int32_t> path_elements_;
    std::vector<Real> path_rewards_;
};

}  // namespace

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
bool Population<Real>::possible(std::int64_t state, std::int64_t action) const {
    const Model* model = data_->worlds.view().model;
    return model == nullptr || model->possible == nullptr ||
           (model->possible[state] >> static_cast<unsigned>(action) & 1U) != 0;
}
template <class Real>
const WorldSettings& Population<Real>::world() const {
    return data_->worlds.settings();
}

template <class Real>
LaneSteps Population<Real>::learn(std::span<const TabularSettings> settings, std::int64_t learners,
                                  TestPolicy policy,
                                  const std::function<void(const Finished<Real>&)>& done,
                                  const Progress& progress, EpisodeTeacher<Real> teach) const {
    const Data& d = *data_;
    const auto of = [&](std::int64_t learner) -> const TabularSettings& {
        return settings[settings.size() == 1 ? 0 : static_cast<std::size_t>(learner)];
    };
    TabularTask<Real> common = d.task(settings[0], teach != nullptr);
    std::int64_t episodes = 0;
    for (const TabularSettings& s : settings) {
        check_tabular(s, d.entry, world(), d.states);
        Data::include(common, s);
        episodes = std::max(episodes, s.episodes);
    }
    const std::int64_t elements = d.table_elements(settings[0]);
    const bool counts = d.counts(settings[0]);
    const std::int64_t share = learners_a_task(learners);
    const std::int64_t tasks = (learners + share - 1) / share;
    std::vector<LaneSteps> steps(static_cast<std::size_t>(tasks));

    const auto train = [&](std::int64_t t) {
        Slots<Real> slots(elements, counts, episodes, teach != nullptr ? world().time_limit : 0);
        TabularTask<Real> task = common;
        slots.attach(task);
        const std::int64_t first = t * share;
        steps[static_cast<std::size_t>(t)] = d.run_jobs(
            task, std::min(share, learners - first), learning_chunk,
            [&](TabularLanes<Real>& lanes, int lane, std::int64_t job) {
                const TabularSettings& s = of(first + job);
                const std::int64_t at = slots.table_at(lane);
                std::fill_n(task.table + at, elements, static_cast<Real>(s.initial));
                if (counts) std::fill_n(task.count + at, elements, Real(0));
                const auto seed = d.config.seed + static_cast<std::uint64_t>(first + job);
                start(lanes, lane, s, keys_of(seed, Stream::resets), 0, at, slots.log_at(lane));
                if (teach != nullptr) lanes.episodes_left[lane] = 1;
            },
            [&](TabularLanes<Real>& lanes, int lane, std::int64_t job) {
                const auto n = static_cast<std::size_t>(elements);
                const std::int64_t at = slots.table_at(lane), log = slots.log_at(lane);
                const auto logged = static_cast<std::size_t>(lanes.log[lane] - log);
                if (teach != nullptr) {
                    const TabularSettings& s = of(first + job);
                    const std::int32_t played = logged > 0 ? task.log.lengths[log + logged - 1] : 0;
                    const auto from =
                        static_cast<std::size_t>(lane) * static_cast<std::size_t>(task.path.stride);
                    const auto length = static_cast<std::size_t>(played);
                    teach(s, static_cast<int>(d.actions), {task.path.element + from, length},
                          {task.path.reward + from, length}, {task.table + at, n});
                    lanes.episodes_left[lane] = 1;
                    if (static_cast<std::int64_t>(logged) < s.episodes &&
                        lanes.steps_left[lane] > 0)
                        return false;
                }
                const auto seed = d.config.seed + static_cast<std::uint64_t>(first + job);
                done({first + job,
                      {task.table + at, n},
                      {task.count + (counts ? at : 0), counts ? n : 0},
                      {task.log.returns + log, logged},
                      {task.log.lengths + log, logged},
                      d.test(task.table + at, of(first + job), policy, seed)});
                return true;
            });
    };
    const std::int64_t round = std::max<std::int64_t>(1, 2 * d.workers.count());
    for (std::int64_t begun = 0; begun < tasks; begun += round) {
        d.workers.for_each(std::min(round, tasks - begun),
                           [&](std::int64_t i) { train(begun + i); });
        if (progress)
            progress(static_cast<double>(std::min(tasks, begun + round)) /
                     static_cast<double>(tasks));
    }
    LaneSteps total;
    for (const LaneSteps& s : steps) total.add(s);
    return total;
}

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
            task.count[index] += Real(1);
            if (task.averages) alpha = Real(1) / task.count[index];
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
    endless_world.episodes = endless_world.steps = unlimited;
    const Keys keys = keys_of(seed, Stream::resets);
    for (std::int64_t i = 0; i < worlds; ++i) {
        start(lanes[static_cast<std::size_t>(i / lane_count)], static_cast<int>(i % lane_count),
              endless_world, keys, static_cast<std::uint32_t>(i), 0, i);
    }
    const std::int64_t tasks = (vectors + vectors_a_task - 1) / vectors_a_task;
    const std::int64_t most = settings.steps > 0 ? settings.steps : std::int64_t{1} << 62;
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
    learner.test = d.test(learner.table.data(), settings, policy, seed);
    return learner;
}

template <class Real>
std::vector<double> Population<Real>::test(std::span<const Real> table,
                                           const TabularSettings& settings, TestPolicy policy,
                                           std::uint64_t seed) const {
    return data_->test(table.data(), settings, policy, seed);
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

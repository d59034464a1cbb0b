
#include "agents/reinforce/population.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <thread>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

#include "agents/lanes/lane_assigner.hpp"

namespace lockstep {
namespace {

// Vectors that a thread runs side by side, so that their chains of operations overlap.
constexpr int vectors_a_thread = 2;

// Shared by the threads of one call to learn(). Each takes the next learner when a lane comes free:
// learners differ in length, and fixed shares would leave lanes idle.
template <class Real>
struct Jobs {
    const TrainConfig& config;
    std::span<const ReinforceSettings> settings;
    std::int64_t learners;
    std::span<const LearnerState> resume;
    const std::function<void(const TrainedNetwork<Real>&)>& done;
    const ProgressCallback& progress;
    std::atomic<std::int64_t> next{0}, finished{0};
    std::thread::id caller = std::this_thread::get_id();

    void finish_one() {
        const std::int64_t ended = ++finished;
        if (progress && std::this_thread::get_id() == caller)
            progress(static_cast<double>(ended) / static_cast<double>(learners));
    }

    const ReinforceSettings& of(std::int64_t learner) const {
        return settings_of(settings, learner);
    }
    // A learner's head before this call.
    StateHead head(std::int64_t learner) const {
        return resume.empty() ? StateHead{} : head_of(resume[static_cast<std::size_t>(learner)]);
    }
    bool stays_out(std::int64_t learner) const {
        const LearnerStage stage = head(learner).stage;
        return stage == LearnerStage::failed || stage == LearnerStage::step_limit;
    }
};

// One thread's vectors, which take learners until none are left.
template <class Real>
class Runner {
public:
    Runner(const NetworkEnv<Real>& world, const ReinforceStructure& structure, Jobs<Real>& jobs)
        : jobs_(jobs), room_(structure) {
        for (int v = 0; v < vectors_a_thread; ++v) vectors_.emplace_back(world, structure, room_);
    }

    LaneSteps run() {
        LaneSteps steps;
        while (!stopped() && begin_block()) {
            for (int slot = 0; slot < block_steps; ++slot) step(slot, steps);
            for (auto& vector : vectors_) vector.end_block();
        }
        if (stopped()) leave();
        return steps;
    }

private:
    bool stopped() const { return jobs_.config.stop.stop_requested(); }

    struct Lane {
        std::int64_t learner = -1;  // -1: none
        std::vector<Real> returns;
    };

    // Fills free lanes. Returns whether there is anything to do.
    bool begin_block() {
        bool any = false;
        for (std::size_t v = 0; v < vectors_.size(); ++v) {
            for (int lane = 0; lane < lane_count; ++lane) {
                if (lanes_[v][lane].learner < 0) assign_lane(v, lane);
                any |= lanes_[v][lane].learner >= 0;
            }
            vectors_[v].begin_block();
        }
        return any;
    }
    void step(int slot, LaneSteps& steps) {
        for (auto& vector : vectors_) vector.forward_lanes(slot);
        for (auto& vector : vectors_) {
            vector.act(slot);
            steps.useful += __builtin_popcount(vector.occupied());
            steps.lanes += lane_count;
        }
        for (auto& vector : vectors_) vector.step_worlds(slot);
        for (std::size_t v = 0; v < vectors_.size(); ++v) {
            for_lanes(vectors_[v].learn(slot), [&](int lane) { end_episode(v, lane, slot); });
        }
    }
    void end_episode(std::size_t v, int lane, int slot) {
        ReinforceVector<Real>& vector = vectors_[v];
        Lane& own = lanes_[v][lane];
        own.returns.push_back(vector.ended_return(lane));
        const LearnerStage stage = stage_of(vector.learner(lane), own.learner);
        if (stage == LearnerStage::under_way) return;
        hand_over(vector, lane, vector.save(lane, slot, own.returns), own, stage);
        vector.take(lane);
        own.learner = -1;
        jobs_.finish_one();
    }
    // Called between two of its episodes.
    LearnerStage stage_of(const ReinforceLearner<Real>& learner, std::int64_t number) const {
        if (learner.failed()) return LearnerStage::failed;
        if (learner.episodes() >= jobs_.of(number).episodes) return LearnerStage::finished;
        return step_limit_reached(jobs_.config, learner.env_steps()) ? LearnerStage::step_limit
                                                                     : LearnerStage::under_way;
    }
    void hand_over(const ReinforceVector<Real>& vector, int lane, const LearnerState& state,
                   const Lane& own, LearnerStage stage) {
        const ReinforceLearner<Real>& learner = vector.learner(lane);
        const std::int64_t steps =
            learner.env_steps() +
            (stage == LearnerStage::under_way ? vector.steps_under_way(lane) : 0);
        jobs_.done({own.learner, learner.policy(), own.returns, state, steps, stage});
    }
    // Between two blocks: hands over the learners in lanes as they are, and those that were to
    // continue.
    void leave() {
        for (std::size_t v = 0; v < vectors_.size(); ++v) {
            for_lanes(vectors_[v].occupied(), [&](int lane) {
                const Lane& own = lanes_[v][lane];
                hand_over(vectors_[v], lane, vectors_[v].save(lane, own.returns), own,
                          LearnerStage::under_way);
            });
        }
        assign_lane(0, 0);
    }
    // Gives the lane the next learner that has something to do, if any.
    void assign_lane(std::size_t v, int lane) {
        Lane& own = lanes_[v][lane];
        own.learner = -1;
        while (own.learner < 0) {
            const std::int64_t learner = jobs_.next++;
            if (learner >= jobs_.learners) return;
            if (jobs_.stays_out(learner)) continue;
            const bool goes_on = jobs_.head(learner).stage == LearnerStage::not_begun
                                     ? begin(v, lane, learner)
                                     : resume(v, lane, learner);
            if (goes_on) own.learner = learner;
        }
    }
    bool begin(std::size_t v, int lane, std::int64_t learner) {
        if (stopped()) return false;
        const ReinforceSettings& settings = jobs_.of(learner);
        vectors_[v].assign_lane(lane, settings, learner_seed(jobs_.config, learner));
        lanes_[v][lane].returns.clear();
        lanes_[v][lane].returns.reserve(static_cast<std::size_t>(settings.episodes));
        return true;
    }
    // Returns false if the learner is done or stopped; it is then handed over unchanged.
    bool resume(std::size_t v, int lane, std::int64_t number) {
        const LearnerState& state = jobs_.resume[static_cast<std::size_t>(number)];
        const ReinforceSettings& settings = jobs_.of(number);
        ReinforceVector<Real>& vector = vectors_[v];
        std::vector<Real>& returns = lanes_[v][lane].returns;
        returns = vector.resume(lane, settings, body_of(state));
        const ReinforceLearner<Real>& learner = vector.learner(lane);
        const bool finished = learner.episodes() >= settings.episodes;
        if (!finished && !stopped()) return true;
        jobs_.done({number, learner.policy(), returns, body_of(state), head_of(state).record.steps,
                    finished ? LearnerStage::finished : LearnerStage::under_way});
        vector.take(lane);
        if (finished) jobs_.finish_one();
        return false;
    }

    Jobs<Real>& jobs_;
    ReinforceWorkspace<Real> room_;
    std::deque<ReinforceVector<Real>> vectors_;
    Lane lanes_[vectors_a_thread][lane_count];
};

void check_settings(const ReinforceSettings& s, const ReinforceStructure& structure) {
    if (s.loss == PolicyLoss::square && (structure.policy.outputs != 1 || structure.columns > 0))
        throw ConfigError(
            "loss=square needs two actions and one output: this environment has more");
    if (s.bootstrap && !s.baseline)
        throw ConfigError("bootstrap=true needs baseline=true, whose value it takes");
}

}  // namespace

template <class Real>
ReinforcePopulation<Real>::ReinforcePopulation(const TrainConfig& config,
                                               const ReinforceSettings& settings)
    : config_(config), world_(config), workers_(config.threads) {
    const int outputs = policy_outputs(world_.action_shape());
    if (world_.actions() < 2 && !world_.action_shape().continuous)
        throw ConfigError(config.env + ": one action leaves nothing to learn");
    const std::int64_t limit = world_.worlds().time_limit;
    if (limit >= no_step_limit)
        throw ConfigError(config.env + ": episodes do not end; give max_episode_steps");
    const TransitionTables* model = world_.worlds().model;
    structure_ = {.policy = make_shape(settings.network, world_.inputs(), outputs),
                  .value = make_shape(settings.network, world_.inputs(), 1),
                  .columns = world_.action_shape().continuous ? world_.actions() : 0,
                  .optimizer = settings.optimizer.kind,
                  .baseline = settings.baseline,
                  .masked = model != nullptr && model->legal != nullptr,
                  .steps = settings.update_every * limit,
                  .episodes = settings.update_every};
    const std::uint64_t learners =
        std::uint64_t{vectors_a_thread} * lane_count * static_cast<std::uint64_t>(workers_.count());
    require_memory(ReinforceLearner<Real>::bytes(structure_) * learners, "episodes of an update",
                   ": lower update_every or max_episode_steps");
}

template <class Real>
void ReinforcePopulation<Real>::check(std::span<const ReinforceSettings> settings) const {
    for (const ReinforceSettings& s : settings) {
        check_settings(s, structure_);
        check_max_steps(config_, s.episodes);
    }
}

template <class Real>
LaneSteps ReinforcePopulation<Real>::learn(
    std::span<const ReinforceSettings> settings, std::int64_t learners,
    std::span<const LearnerState> resume,
    const std::function<void(const TrainedNetwork<Real>&)>& done,
    const ProgressCallback& progress) const {
    for (const ReinforceSettings& s : settings) check_settings(s, structure_);
    Jobs<Real> jobs{config_, settings, learners, resume, done, progress};
    std::vector<LaneSteps> steps(static_cast<std::size_t>(workers_.count()));
    workers_.for_each(workers_.count(), [&](std::int64_t thread) {
        if (jobs.next < learners)
            steps[static_cast<std::size_t>(thread)] = Runner<Real>(world_, structure_, jobs).run();
    });
    LaneSteps all;
    for (const LaneSteps& s : steps) all.add(s);
    return all;
}

template class ReinforcePopulation<float>;
template class ReinforcePopulation<double>;

}  // namespace lockstep

#include <lockstep/agents/batched/batched_actor_critic.hpp>

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

#include <lockstep/agents/batched/batch_block.hpp>
#include <lockstep/agents/lane_jobs.hpp>
#include <lockstep/agents/network/acting_network.hpp>
#include <lockstep/agents/network/network_results.hpp>
#include <lockstep/engine/error.hpp>
#include <lockstep/engine/parallel.hpp>

namespace lockstep {
namespace {

template <class Real>
class BatchedLearner {
public:
    BatchedLearner(const BatchPlan<Real>& plan, const Workers& workers, std::uint64_t seed)
        : plan_(plan), workers_(workers), keys_(learner_keys(seed, Stream::resets)) {
        const std::int64_t rows = plan.parameter_rows();
        parameters_ = memory_.rows<Real>(rows), gradient_ = memory_.rows<Real>(rows);
        momenta_ = memory_.rows<Real>(optimiser_rows(plan.settings.optimiser.kind) * rows);
        for (std::int64_t first = 0; first < plan.settings.worlds; first += plan.columns)
            blocks_.emplace_back(plan, keys_, first);
        partial_.resize(blocks_.size()), sums_.resize(blocks_.size());
        steps_.resize(static_cast<std::size_t>(plan.settings.rollout));
        OptimiserSettings settings = plan.settings.optimiser;
        settings.clip = 0;  // a lane holds some of the parameters, and the norm is of all
        for (int lane = 0; lane < lane_count; ++lane) begin_optimiser(lanes_, lane, settings);
        initialise(plan.policy, 0, 0);
        initialise(plan.value, 1, plan.policy.parameters);
    }

    // Plays a rollout and learns from it; false where the parameters stopped being finite.
    bool update(double rate_left) {
        std::fill_n(lanes_.rate, lane_count,
                    static_cast<Real>(plan_.settings.optimiser.rate * rate_left));
        std::iota(steps_.begin(), steps_.end(), 0);
        if (plan_.single_pass() && !plan_.settings.normalise) {
            each_block([&](std::size_t i) {
                blocks_[i].play(parameters_);
                partial_[i] = blocks_[i].learn(parameters_, steps_, 0, 1);
            });
            return descend(steps_.size());
        }
        each_block([&](std::size_t i) { blocks_[i].play(parameters_); });
        for (std::int64_t epoch = 0; epoch < plan_.settings.epochs; ++epoch) {
            if (!pass()) return false;
        }
        return true;
    }

    std::span<const Real> parameters() const {
        return {parameters_, static_cast<std::size_t>(plan_.parameters())};
    }
    // Of the last update.
    EndedEpisodes take_ended() {
        EndedEpisodes ended;
        for (BatchBlock<Real>& block : blocks_) ended.add(block.take_ended());
        return ended;
    }

private:
    void each_block(const auto& task) {
        workers_.for_each_share(static_cast<std::int64_t>(blocks_.size()),
                                [&](std::int64_t i) { task(static_cast<std::size_t>(i)); });
    }
    void initialise(const NetworkShape& shape, std::uint32_t network, int first) {
        if (shape.parameters == 0) return;
        LaneMemory memory;
        Real* rows = memory.rows<Real>(shape.parameters);
        LaneKeyWords key;
        for (int lane = 0; lane < lane_count; ++lane) put_key(key, lane, keys_.weights);
        plan_.world.networks().initialise(shape, plan_.settings.network.initialisation, key,
                                          network, 1, rows);
        for (std::int64_t p = 0; p < shape.parameters; ++p)
            parameters_[first + p] = rows[p * lane_count];
    }
    // One pass over the rollout, whose steps are dealt out to minibatches.
    bool pass() {
        const auto count = static_cast<std::size_t>(plan_.settings.minibatches);
        if (count > 1) shuffle();
        for (std::size_t m = 0; m < count; ++m) {
            const std::size_t first = steps_.size() * m / count;
            const std::size_t end = steps_.size() * (m + 1) / count;
            if (!learn(std::span(steps_).subspan(first, end - first))) return false;
        }
        return true;
    }
    bool learn(std::span<const int> steps) {
        double mean = 0, inverse_deviation = 1;
        if (plan_.settings.normalise) {
            each_block([&](std::size_t i) { sums_[i] = blocks_[i].advantages(steps); });
            double first = 0, second = 0;
            for (const AdvantageSums& s : sums_) first += s.first, second += s.second;
            const double n = samples(steps.size());
            mean = first / n;
            const double variance = std::max(0.0, second / n - mean * mean);
            inverse_deviation = 1 / (std::sqrt(variance) + 1e-8);
        }
        each_block([&](std::size_t i) {
            partial_[i] = blocks_[i].learn(parameters_, steps, mean, inverse_deviation);
        });
        return descend(steps.size());
    }
    double samples(std::size_t steps) const {
        return static_cast<double>(steps) * static_cast<double>(plan_.settings.worlds);
    }
    // Orders the steps by numbers drawn for them.
    void shuffle() {
        const int rows = static_cast<int>((steps_.size() + lane_count - 1) / lane_count);
        std::vector<Real> drawn(static_cast<std::size_t>(rows * lane_count));
        LaneKeyWords key;
        LaneWords lane_number, time;
        for (int lane = 0; lane < lane_count; ++lane) {
            put_key(key, lane, keys_.batches);
            lane_number[lane] = static_cast<std::uint32_t>(lane), time[lane] = drawn_;
        }
        drawn_ += static_cast<std::uint32_t>(rows);
        plan_.world.networks().draw_uniforms(key, lane_number, time, rows, drawn.data());
        std::iota(steps_.begin(), steps_.end(), 0);
        std::ranges::stable_sort(steps_, {},
                                 [&](int t) { return drawn[static_cast<std::size_t>(t)]; });
    }
    bool descend(std::size_t steps) {
        std::ranges::copy(partial_[0], gradient_);
        for (std::size_t i = 1; i < partial_.size(); ++i) {
            for (std::size_t p = 0; p < partial_[i].size(); ++p) gradient_[p] += partial_[i][p];
        }
        Real scale[lane_count];
        std::fill_n(scale, lane_count, static_cast<Real>(clipped(1 / samples(steps))));
        const OptimiserTask<Real> task{plan_.settings.optimiser.kind,
                                       static_cast<std::int32_t>(plan_.parameter_rows()),
                                       parameters_,
                                       gradient_,
                                       momenta_,
                                       &lanes_,
                                       scale,
                                       0xFFFFU};
        return plan_.world.networks().optimise(task) == 0;
    }
    // The factor of the gradient that keeps its norm within bounds.
    double clipped(double scale) const {
        const double most = plan_.settings.optimiser.clip;
        if (most <= 0) return scale;
        double square = 0;
        for (std::int64_t p = 0; p < plan_.parameters(); ++p)
            square += static_cast<double>(gradient_[p]) * static_cast<double>(gradient_[p]);
        const double norm = std::sqrt(square) * scale;
        return norm > most ? scale * (most / norm) : scale;
    }

    const BatchPlan<Real>& plan_;
    const Workers& workers_;
    const LearnerKeys keys_;
    LaneMemory memory_;
    Real *parameters_, *gradient_, *momenta_;  // sixteen parameters a row
    OptimiserLanes<Real> lanes_;               // all alike
    std::deque<BatchBlock<Real>> blocks_;
    std::vector<std::span<const Real>> partial_;
    std::vector<AdvantageSums> sums_;
    std::vector<int> steps_;
    std::uint32_t drawn_ = 0;
};

template <class Real>
class BatchedTraining {
public:
    BatchedTraining(const TrainConfig& config, std::span<const ActorCriticSettings> settings,
                    const BatchedReport& report, const Progress& progress)
        : config_(config),
          settings_(settings),
          plan_(config, settings[0]),
          workers_(config.threads),
          greedy_(report.greedy),
          progress_(progress),
          checkpoints_(checkpoint_steps(settings[0], report.checkpoints)) {}

    TrainResult run() {
        NetworkResults<Real> results(learner_count(config_), checkpoints_, "steps",
                                     "mean return since the last checkpoint");
        LaneSteps steps;
        for (std::int64_t i = 0; i < learner_count(config_); ++i) {
            plan_.tell(settings_of(settings_, i));
            steps.add(train(i, results));
        }
        return scored(results.finish(steps), config_,
                      {plan_.policy,
                       {0, plan_.world.actions()},
                       greedy_,
                       static_cast<std::int32_t>(plan_.parameters())});
    }

private:
    LaneSteps train(std::int64_t number, NetworkResults<Real>& results) {
        const std::int64_t updates = plan_.settings.updates();
        BatchedLearner<Real> learner(plan_, workers_, learner_seed(config_, number));
        ReturnLog log;
        for (std::int64_t u = 1; u <= updates; ++u) {
            const double left = static_cast<double>(updates - u + 1) / static_cast<double>(updates);
            if (!learner.update(plan_.settings.anneal ? left : 1)) {
                const std::int64_t step = u * plan_.settings.samples();
                results.record(number, learner_record(log, step, plan_.settings));
                results.fail(number, step);
                return played(u);
            }
            log_update(log, learner.take_ended(), u);
            tell(number, u);
        }
        results.record(number, learner_record(log, played(updates).useful, plan_.settings));
        results.add(number, learner.parameters(), logged_returns<Real>(log),
                    learning_curve(log, checkpoints_, plan_.settings));
        return played(updates);
    }
    LaneSteps played(std::int64_t updates) const {
        const std::int64_t lanes = plan_.blocks() * plan_.columns * plan_.settings.rollout;
        return {updates * plan_.settings.samples(), updates * lanes};
    }
    void tell(std::int64_t learner, std::int64_t update) const {
        if (!progress_) return;
        const double done =
            static_cast<double>(update) / static_cast<double>(plan_.settings.updates());
        progress_((static_cast<double>(learner) + done) /
                  static_cast<double>(learner_count(config_)));
    }

    const TrainConfig& config_;
    const std::span<const ActorCriticSettings> settings_;
    BatchPlan<Real> plan_;  // of the learner that is trained
    const Workers workers_;
    const bool greedy_;
    const Progress& progress_;
    const std::vector<std::int64_t> checkpoints_;
};

}  // namespace

void check_batched(const TrainConfig& config, const ActorCriticSettings& settings) {
    if (!config.resume.empty())
        throw ConfigError("execution=batched: training cannot be resumed; population can");
    in_precision(
        config, [&] { BatchPlan<float>(config, settings); },
        [&] { BatchPlan<double>(config, settings); });
}

TrainResult train_batched(const TrainConfig& config, std::span<const ActorCriticSettings> settings,
                          const Progress& progress, const BatchedReport& report) {
    check_batched(config, settings[0]);
    return timed(
        config, [&] { return BatchedTraining<float>(config, settings, report, progress).run(); },
        [&] { return BatchedTraining<double>(config, settings, report, progress).run(); });
}

}  // namespace lockstep


#include "agents/actor_critic/batched.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <numeric>

#include <lockstep/error.hpp>

#include "agents/actor_critic/batch_block.hpp"
#include "agents/agent/state_bytes.hpp"
#include "agents/lanes/lane_assigner.hpp"
#include "agents/network/acting_network.hpp"
#include "agents/network/network_results.hpp"
#include "engine/machine/parallel.hpp"

namespace lockstep {
namespace {

template <class Real>
class BatchedLearner {
public:
    BatchedLearner(const BatchPlan<Real>& plan, const Workers& workers, std::uint64_t seed)
        : plan_(plan), workers_(workers), keys_(learner_keys(seed, Stream::resets)) {
        const std::int64_t rows = plan.parameter_rows();
        parameters_ = kept_.rows<Real>(rows), gradient_ = memory_.rows<Real>(rows);
        momenta_ = kept_.rows<Real>(optimizer_rows(plan.settings.optimizer.kind) * rows);
        for (Real* row : {lanes_.power1, lanes_.power2, lanes_.fade}) kept_.adopt(row, 1);
        for (std::int64_t first = 0; first < plan.settings.num_envs; first += plan.columns)
            blocks_.emplace_back(plan, keys_, first).keep(kept_);
        partial_.resize(blocks_.size()), sums_.resize(blocks_.size());
        steps_.resize(static_cast<std::size_t>(plan.settings.num_steps));
        OptimizerSettings settings = plan.settings.optimizer;
        settings.max_grad_norm = 0;  // a lane holds some of the parameters, and the norm is of all
        for (int lane = 0; lane < lane_count; ++lane) begin_optimizer(lanes_, lane, settings);
        counters_.fall_ends = fall_ends();
        initialize(plan.policy, 0, 0);
        initialize(plan.value, 1, plan.policy.parameters);
    }

    // `log` is the learner's, which does not keep it itself.
    std::vector<std::byte> save(std::span<const EndedEpisodes> log) const {
        const auto counters = std::as_bytes(std::span(&counters_, 1)), logged = std::as_bytes(log);
        const auto kept = kept_.save();
        std::vector<std::byte> saved(counters.begin(), counters.end());
        saved.insert(saved.end(), kept.begin(), kept.end());
        saved.insert(saved.end(), logged.begin(), logged.end());
        return saved;
    }
    // Returns the log. Throws ConfigError if the state does not belong to such a learner.
    ReturnLog load(std::span<const std::byte> saved) {
        const std::size_t held = sizeof counters_ + lane_count * kept_.bytes_a_learner();
        if (saved.size() < held || (saved.size() - held) % sizeof(EndedEpisodes) != 0) {
            throw ConfigError("a state of " + std::to_string(saved.size()) +
                              " bytes, where these settings make " + std::to_string(held) +
                              " and a log of " + std::to_string(sizeof(EndedEpisodes)) + " each");
        }
        std::memcpy(&counters_, saved.data(), sizeof counters_);
        check_anneal(plan_.settings, counters_.fall_ends, plan_.settings.updates());
        counters_.fall_ends = fall_ends();
        kept_.load(saved.subspan(sizeof counters_));
        return elements_of<EndedEpisodes>(saved.subspan(held));
    }

    std::int64_t updates() const { return counters_.updates; }  // so far

    // Plays a rollout and learns from it; returns false if the parameters are no longer finite.
    bool update() {
        const double left = counters_.fall_ends == 0
                                ? 1
                                : static_cast<double>(counters_.fall_ends - counters_.updates) /
                                      static_cast<double>(counters_.fall_ends);
        ++counters_.updates;
        std::fill_n(lanes_.learning_rate, lane_count,
                    static_cast<Real>(plan_.settings.optimizer.learning_rate * left));
        std::iota(steps_.begin(), steps_.end(), 0);
        if (plan_.single_pass() && !plan_.settings.normalize_advantage) {
            each_block([&](std::size_t i) {
                blocks_[i].play(parameters_);
                partial_[i] = blocks_[i].learn(parameters_, steps_, 0, 1);
            });
            return descend(steps_.size());
        }
        each_block([&](std::size_t i) { blocks_[i].play(parameters_); });
        for (std::int64_t epoch = 0; epoch < plan_.settings.update_epochs; ++epoch) {
            if (!pass()) return false;
        }
        return true;
    }

    std::span<const Real> parameters() const {
        return {parameters_, static_cast<std::size_t>(plan_.parameters())};
    }
    // The episodes that ended in the last update.
    EndedEpisodes take_ended() {
        EndedEpisodes ended;
        for (BatchBlock<Real>& block : blocks_) ended.add(block.take_ended());
        return ended;
    }

private:
    struct Counters {
        std::uint32_t updates = 0, drawn = 0;  // so far
        std::uint32_t fall_ends = 0;  // the update after which the rate would be 0; 0: it stays
    };
    std::uint32_t fall_ends() const {
        return plan_.settings.anneal_lr ? static_cast<std::uint32_t>(plan_.settings.updates()) : 0;
    }
    void each_block(const auto& task) {
        workers_.for_each_share(static_cast<std::int64_t>(blocks_.size()),
                                [&](std::int64_t i) { task(static_cast<std::size_t>(i)); });
    }
    void initialize(const NetworkShape& shape, std::uint32_t network, int first) {
        if (shape.parameters == 0) return;
        LaneMemory memory;
        Real* rows = memory.rows<Real>(shape.parameters);
        LaneKeyWords key;
        for (int lane = 0; lane < lane_count; ++lane) put_key(key, lane, keys_.weights);
        plan_.world.networks().initialize(shape, plan_.settings.network.initialization, key,
                                          network, 1, rows);
        for (std::int64_t p = 0; p < shape.parameters; ++p)
            parameters_[first + p] = rows[p * lane_count];
    }
    // One pass over the rollout, whose steps are dealt out to minibatches.
    bool pass() {
        const auto count = static_cast<std::size_t>(plan_.settings.num_minibatches);
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
        if (plan_.settings.normalize_advantage) {
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
        return static_cast<double>(steps) * static_cast<double>(plan_.settings.num_envs);
    }
    // Orders the steps by a random number for each.
    void shuffle() {
        const int rows = static_cast<int>((steps_.size() + lane_count - 1) / lane_count);
        std::vector<Real> drawn(static_cast<std::size_t>(rows * lane_count));
        LaneKeyWords key;
        LaneWords lane_number, time;
        for (int lane = 0; lane < lane_count; ++lane) {
            put_key(key, lane, keys_.batches);
            lane_number[lane] = static_cast<std::uint32_t>(lane), time[lane] = counters_.drawn;
        }
        counters_.drawn += static_cast<std::uint32_t>(rows);
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
        const OptimizerTask<Real> task{plan_.settings.optimizer.kind,
                                       static_cast<std::int32_t>(plan_.parameter_rows()),
                                       parameters_,
                                       gradient_,
                                       momenta_,
                                       &lanes_,
                                       scale,
                                       0xFFFFU};
        return plan_.world.networks().optimize(task) == 0;
    }
    // The factor by which the gradient is scaled, so that its norm stays within bounds.
    double clipped(double scale) const {
        const double most = plan_.settings.optimizer.max_grad_norm;
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
    LaneMemory memory_, kept_;                 // kept_: from one update to the next
    Real *parameters_, *gradient_, *momenta_;  // sixteen parameters per row
    OptimizerLanes<Real> lanes_;               // all alike
    Counters counters_;
    std::deque<BatchBlock<Real>> blocks_;
    std::vector<std::span<const Real>> partial_;
    std::vector<AdvantageSums> sums_;
    std::vector<int> steps_;
};

template <class Real>
class BatchedTraining {
public:
    BatchedTraining(const TrainConfig& config, std::span<const ActorCriticSettings> settings,
                    const ProgressCallback& progress)
        : config_(config),
          settings_(settings),
          plan_(config, settings[0]),
          workers_(config.threads),
          greedy_(settings[0].test_policy == NetworkTestPolicy::greedy),
          progress_(progress),
          checkpoints_(checkpoint_steps(settings[0], settings[0].checkpoints)) {
        for (const ActorCriticSettings& s : settings)
            check_normalize(s, s.num_steps / s.num_minibatches * s.num_envs);
    }

    TrainResult run() {
        NetworkResults<Real> results(learner_count(config_), checkpoints_, "steps",
                                     "mean return since the last checkpoint", config_.resume);
        LaneSteps steps;
        for (std::int64_t i = 0; i < learner_count(config_); ++i) {
            plan_.set_learner(settings_of(settings_, i));
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
        const auto states = config_.resume;
        const auto at = static_cast<std::size_t>(number);
        const LearnerStage before =
            states.empty() ? LearnerStage::not_begun : learner_stage(states[at]);
        const bool begins = before == LearnerStage::not_begun && !stopped();
        if (!begins && !has_learnt(before)) return {};
        BatchedLearner<Real> learner(plan_, workers_, learner_seed(config_, number));
        ReturnLog log = begins ? ReturnLog() : learner.load(body_of(states[at]));
        const std::int64_t first = learner.updates(), updates = plan_.settings.updates();
        bool failed = false;
        while (learner.updates() < updates && !stopped() && !failed) {
            failed = !learner.update();
            if (!failed) log_update(log, learner.take_ended(), learner.updates());
            report(number, learner.updates());
        }
        hand_over(number, learner, log, failed, results);
        return played(learner.updates() - first);
    }
    bool stopped() const { return config_.stop.stop_requested(); }
    void hand_over(std::int64_t number, const BatchedLearner<Real>& learner, const ReturnLog& log,
                   bool failed, NetworkResults<Real>& results) const {
        const ActorCriticSettings& s = plan_.settings;
        const std::int64_t steps = learner.updates() * s.samples();
        if (steps == 0) return;  // stopped before it had learned
        results.record(number, learner_record(log, steps, s));
        if (failed) return results.fail(number);
        results.add(number, learner.parameters(), logged_returns<Real>(log),
                    learning_curve(log, reached(checkpoints_, steps), s));
        results.keep(
            number,
            learner.updates() < s.updates() ? LearnerStage::under_way : LearnerStage::finished,
            learner.save(log));
    }
    LaneSteps played(std::int64_t updates) const {
        const std::int64_t lanes = plan_.blocks() * plan_.columns * plan_.settings.num_steps;
        return {updates * plan_.settings.samples(), updates * lanes};
    }
    void report(std::int64_t learner, std::int64_t update) const {
        if (!progress_) return;
        const double done =
            static_cast<double>(update) / static_cast<double>(plan_.settings.updates());
        progress_((static_cast<double>(learner) + done) /
                  static_cast<double>(learner_count(config_)));
    }

    const TrainConfig& config_;
    const std::span<const ActorCriticSettings> settings_;
    BatchPlan<Real> plan_;  // of the learner under training
    const Workers workers_;
    const bool greedy_;
    const ProgressCallback& progress_;
    const std::vector<std::int64_t> checkpoints_;
};

}  // namespace

void check_batched(const TrainConfig& config, const ActorCriticSettings& settings) {
    in_precision(
        config, [&] { BatchPlan<float>(config, settings); },
        [&] { BatchPlan<double>(config, settings); });
}

TrainResult train_batched(const TrainConfig& config, std::span<const ActorCriticSettings> settings,
                          const ProgressCallback& progress) {
    return in_precision(
        config, [&] { return BatchedTraining<float>(config, settings, progress).run(); },
        [&] { return BatchedTraining<double>(config, settings, progress).run(); });
}

}  // namespace lockstep

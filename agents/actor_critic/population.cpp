
#include "agents/actor_critic/population.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

#include "agents/actor_critic/learners.hpp"
#include "agents/lanes/lane_assigner.hpp"
#include "engine/memory/memory.hpp"

namespace lockstep {
namespace {

constexpr std::int64_t max_worlds = 4096;

}  // namespace

void check_actor_critic(const ActorCriticSettings& s) {
    if (s.num_envs > max_worlds) {
        throw ConfigError("num_envs = " + std::to_string(s.num_envs) +
                          ": learners of a population "
                          "have up to " +
                          std::to_string(max_worlds) + "; execution=batched takes more");
    }
    if (s.samples() % s.num_minibatches != 0) {
        throw ConfigError("num_steps, num_envs, num_minibatches: " + samples_text(s) + ", which " +
                          std::to_string(s.num_minibatches) + " minibatches do not divide");
    }
    check_steps(s);
    check_normalize(s, s.samples() / s.num_minibatches);
    if (s.residual && s.gae_lambda != 0)
        throw ConfigError("residual=true needs gae_lambda=0: its targets are one step ahead");
}

// The learners of one vector, from their beginning to their last step. Lanes without a learner copy
// the last learner; one that failed before begins anew, and is not handed over.
template <class Real>
class ActorCriticPopulation<Real>::Vector {
public:
    Vector(const ActorCriticPopulation& population, std::span<const ActorCriticSettings> settings,
           std::int64_t first, std::int64_t count)
        : population_(population),
          first_(first),
          count_(static_cast<int>(count)),
          learners_(population.world_, population.shape_, population.settings_) {
        std::ranges::fill(failed_at_, std::int64_t{-1});
        for (int lane = 0; lane < lane_count; ++lane) {
            const std::int64_t i = first + std::min(lane, count_ - 1);
            begin(lane, i, settings_of(settings, i));
        }
    }

    // Returns the number of updates made.
    std::int64_t train() {
        const ActorCriticSettings& s = population_.settings_;
        const std::int64_t begun = begun_ < 0 ? s.updates() : begun_;
        updates_ = begun;
        while (updates_ < s.updates() && !population_.config_.stop.stop_requested()) {
            ++updates_;
            for_lanes(learners_.iterate(), [&](int lane) { fail(lane, updates_ * s.samples()); });
        }
        return updates_ - begun;
    }
    void hand_over(const std::function<void(const TrainedActorCritic<Real>&)>& done) {
        const ActorCriticSettings& s = population_.settings_;
        const LearnerStage stage =
            updates_ < s.updates() ? LearnerStage::under_way : LearnerStage::finished;
        for (int lane = 0; lane < count_ && updates_ > 0; ++lane) {
            if ((left_out_ >> lane & 1U) != 0) continue;
            const bool failed = failed_at_[lane] >= 0;
            const std::vector<Real> parameters = learners_.parameters(lane);
            done({first_ + lane, parameters, learners_.log(lane), learners_.save(lane),
                  failed ? failed_at_[lane] : updates_ * s.samples(),
                  failed ? LearnerStage::failed : stage});
        }
    }

private:
    void begin(int lane, std::int64_t i, const ActorCriticSettings& own) {
        const auto states = population_.config_.resume;
        const auto at = static_cast<std::size_t>(i);
        const LearnerStage stage =
            states.empty() ? LearnerStage::not_begun : learner_stage(states[at]);
        if (has_learnt(stage)) {
            learners_.load(lane, own, body_of(states[at]));
            return begin_at(learners_.updates(lane));
        }
        learners_.assign_lane(lane, own, learner_seed(population_.config_, i));
        if (stage == LearnerStage::not_begun) {
            begin_at(0);
        } else {
            left_out_ |= 1U << lane;
        }
    }
    void begin_at(std::int64_t update) {
        if (begun_ >= 0 && begun_ != update) {
            throw ConfigError("states of learners after " + std::to_string(begun_) + " and " +
                              std::to_string(update) + " updates: they go on together");
        }
        begun_ = update;
    }
    void fail(int lane, std::int64_t step) {
        if (failed_at_[lane] < 0) failed_at_[lane] = step;
    }

    const ActorCriticPopulation& population_;
    const std::int64_t first_;
    const int count_;
    ActorCriticLearners<Real> learners_;
    std::int64_t begun_ = -1;   // after which update; -1: none has begun
    std::int64_t updates_ = 0;  // so far
    std::uint32_t left_out_ = 0;
    std::int64_t failed_at_[lane_count];
};

template <class Real>
ActorCriticPopulation<Real>::ActorCriticPopulation(const TrainConfig& config,
                                                   const ActorCriticSettings& settings)
    : config_(config),
      world_(config),
      workers_(config.threads),
      settings_(settings),
      shape_(make_shape(settings, world_.inputs(), world_.action_shape())) {
    check_actor_critic(settings);
    check_memory();
}

template <class Real>
void ActorCriticPopulation<Real>::check_memory() const {
    const std::int64_t elements =
        (settings_.num_steps + 1) * settings_.num_envs * world_.inputs() * lane_count;
    if (elements > std::numeric_limits<std::int32_t>::max()) {
        throw ConfigError("num_steps, num_envs: sixteen learners would keep " +
                          std::to_string(elements) + " observed numbers; allowed 2^31 - 1");
    }
    const auto threads = static_cast<std::uint64_t>(workers_.count());
    const std::uint64_t bytes =
        threads * Rollout<Real>::bytes(settings_, world_.inputs(), shape_.log_stds());
    require_memory(bytes, "num_steps, num_envs: " + std::to_string(threads) +
                              " threads with rollouts of sixteen learners each");
}

template <class Real>
void ActorCriticPopulation<Real>::check_same(const ActorCriticSettings& s) const {
    check_actor_critic(s);
    const ActorCriticSettings& c = settings_;
    const bool same_network =
        s.network.hidden == c.network.hidden && s.network.activations == c.network.activations &&
        s.network.output == c.network.output && s.network.bias == c.network.bias &&
        s.shared == c.shared && s.optimizer.kind == c.optimizer.kind;
    const bool same_steps = s.steps == c.steps && s.num_envs == c.num_envs &&
                            s.num_steps == c.num_steps && s.update_epochs == c.update_epochs &&
                            s.num_minibatches == c.num_minibatches;
    if (same_network && same_steps && s.residual == c.residual) return;
    throw ConfigError(
        "learners of one population share network, optimizer, steps, num_envs, num_steps, "
        "update_epochs, num_minibatches and residual: these differ");
}

// Rejects states that cannot continue before others are trained for hours.
template <class Real>
void ActorCriticPopulation<Real>::check_resumed(
    std::span<const ActorCriticSettings> settings) const {
    if (config_.resume.empty() || std::ranges::none_of(settings, &ActorCriticSettings::anneal_lr))
        return;
    ActorCriticLearners<Real> learners(world_, shape_, settings_);
    for (std::size_t i = 0; i < config_.resume.size(); ++i) {
        if (!has_learnt(learner_stage(config_.resume[i]))) continue;
        learners.load(0, settings_of(settings, static_cast<std::int64_t>(i)),
                      body_of(config_.resume[i]));
    }
}

template <class Real>
void ActorCriticPopulation<Real>::check(std::span<const ActorCriticSettings> settings) const {
    for (const ActorCriticSettings& s : settings) check_same(s);
    check_resumed(settings);
}

template <class Real>
LaneSteps ActorCriticPopulation<Real>::learn(
    std::span<const ActorCriticSettings> settings, std::int64_t learners,
    const std::function<void(const TrainedActorCritic<Real>&)>& done,
    const ProgressCallback& progress) const {
    check(settings);
    const std::int64_t vectors = (learners + lane_count - 1) / lane_count;
    const std::int64_t round = workers_.count();
    std::vector<LaneSteps> steps(static_cast<std::size_t>(vectors));
    for (std::int64_t begun = 0; begun < vectors; begun += round) {
        const std::int64_t count = std::min(round, vectors - begun);
        workers_.for_each(count, [&](std::int64_t i) {
            if (config_.resume.empty() && config_.stop.stop_requested()) return;
            const std::int64_t first = (begun + i) * lane_count;
            const auto here = std::min<std::int64_t>(lane_count, learners - first);
            Vector vector(*this, settings, first, here);
            const std::int64_t played = vector.train() * settings_.samples();
            steps[static_cast<std::size_t>(begun + i)] = {played * here, played * lane_count};
            vector.hand_over(done);
        });
        if (progress) progress(static_cast<double>(begun + count) / static_cast<double>(vectors));
    }
    LaneSteps all;
    for (const LaneSteps& s : steps) all.add(s);
    return all;
}

template class ActorCriticPopulation<float>;
template class ActorCriticPopulation<double>;

}  // namespace lockstep

// Many actor-critic learners at once, one per lane.
//
// Owns:      which learners share a vector, and the checks of their settings.
// Must not:  know what becomes of what they learned.
// Invariant: a learner learns the same bits alone and among others, on any number of threads.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "agents/actor_critic/networks.hpp"
#include "agents/actor_critic/progress.hpp"
#include "agents/network/network_env.hpp"
#include "engine/machine/parallel.hpp"

namespace lockstep {

// A learner that is done or stopped. Valid during the call that hands it over.
template <class Real>
struct TrainedActorCritic {
    std::int64_t learner;
    std::span<const Real> parameters;  // of the policy, then of the value's own network
    std::span<const EndedEpisodes> log;
    std::vector<std::byte> state;  // to continue from
    std::int64_t steps;            // played by the learner
    LearnerStage stage;            // failed: its numbers stopped being finite
};

// Throws ConfigError for settings that do not fit each other.
void check_actor_critic(const ActorCriticSettings& settings);

template <class Real>
class ActorCriticPopulation {
public:
    // Throws ConfigError. `settings` are common to all learners.
    ActorCriticPopulation(const TrainConfig& config, const ActorCriticSettings& settings);

    // Throws ConfigError as learn() does.
    void check(std::span<const ActorCriticSettings> settings) const;

    // One element of `settings` serves all learners; else each has its own. They may differ only in
    // numbers: the optimizer's, gamma, gae_lambda, clip_range, vf_coef, ent_coef,
    // normalize_advantage and anneal_lr. Those that had failed, or have not begun when config's
    // stop comes, are not handed over. Throws ConfigError if more differs, or if a learner that
    // anneals is to continue with a larger budget. done() may be called from any thread.
    LaneSteps learn(std::span<const ActorCriticSettings> settings, std::int64_t learners,
                    const std::function<void(const TrainedActorCritic<Real>&)>& done,
                    const ProgressCallback& progress) const;

private:
    class Vector;
    void check_memory() const;
    void check_same(const ActorCriticSettings& settings) const;
    void check_resumed(std::span<const ActorCriticSettings> settings) const;

    const TrainConfig config_;
    const NetworkEnv<Real> world_;
    const Workers workers_;
    const ActorCriticSettings settings_;
    const ActorCriticShape shape_;
};

}  // namespace lockstep

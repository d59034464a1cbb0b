// Sixteen actor-critic learners in lanes, each with worlds of its own: they play a rollout and
// learn from it.
//
// Must not:  know other vectors, threads, or when to stop.
// Invariant: what a learner learns is a function of its settings and seed, never of its lane or its
//            neighbors; save() returns all that it keeps from one update to the next.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "agents/actor_critic/progress.hpp"
#include "agents/actor_critic/update.hpp"
#include "agents/network/learner_state.hpp"
#include "agents/network/network_env.hpp"

namespace lockstep {

template <class Real>
class ActorCriticLearners {
public:
    // `settings` are common to all; the numbers passed to assign_lane() may differ from lane to
    // lane.
    ActorCriticLearners(const NetworkEnv<Real>& world, const ActorCriticShape& shape,
                        const ActorCriticSettings& settings);

    // Puts a new learner into a lane.
    void assign_lane(int lane, const ActorCriticSettings& settings, std::uint64_t seed);
    // Puts a saved learner into a lane. Throws ConfigError if `saved` does not belong to such a
    // learner.
    void load(int lane, const ActorCriticSettings& settings, std::span<const std::byte> saved);
    LearnerState save(int lane) { return save_learner<EndedEpisodes>(memory_, lane, log_[lane]); }

    // A rollout and its update. Returns the lanes whose parameters are no longer finite.
    std::uint32_t iterate();

    std::int64_t updates(int lane) const { return state_.updates[lane]; }  // so far
    const ReturnLog& log(int lane) const { return log_[lane]; }
    std::vector<Real> parameters(int lane) const;

private:
    void play();
    void evaluate(std::int64_t first, const auto& then);
    void act(std::int64_t i, const Real* logits);
    void choose(std::int64_t i, const Real* logits);
    void draw(std::int64_t i, const Real* means);
    Actions<Real> action_of(std::int64_t i) const;
    void move(std::int64_t i);
    void bootstrap(std::int64_t i, const Real* seen, std::uint32_t truncated);
    LaneWorlds<Real>& world_of(std::int64_t i) {
        return *worlds_[static_cast<std::size_t>(i % settings_.num_envs)];
    }

    const NetworkEnv<Real>& world_;
    const ActorCriticShape shape_;
    const ActorCriticSettings settings_;
    LaneMemory memory_;
    ActorCriticState<Real> state_;
    ActorCriticUpdate<Real> update_;
    Rollout<Real> rollout_;
    std::vector<OwnedLaneWorlds<Real>> worlds_;
    LaneKeyWords actions_{};
    Real* present_;  // what each world shows
    ReturnLog log_[lane_count];
    EndedEpisodes ended_[lane_count];  // in the current rollout
    LaneMemory scratch_;
    Real *uniform_, *probabilities_;
    Real* clipped_;  // continuous actions of each world, as they are played: [world][column]
};

}  // namespace lockstep

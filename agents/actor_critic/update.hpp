// How sixteen actor-critic learners learn from a rollout.
//
// Owns:      what they have learned; epochs and minibatches, and the memory that an update needs.
// Must not:  know worlds, or where a rollout came from.
// Invariant: a minibatch is a function of the learner's key, its updates so far and the epoch.
#pragma once

#include "agents/actor_critic/networks.hpp"
#include "agents/actor_critic/rollout.hpp"

namespace lockstep {

// Sets a lane to these settings.
template <class Real>
void set_lane(ActorCriticLanes<Real>& lanes, int lane, const ActorCriticSettings& settings);

// What the learners know, and their settings; all but the settings belongs to `memory`.
template <class Real>
struct ActorCriticState {
    ActorCriticState(LaneMemory& memory, const ActorCriticShape& shape, OptimizerKind kind);
    ActorCriticState(const ActorCriticState&) = delete;  // memory holds addresses in it
    ActorCriticState& operator=(const ActorCriticState&) = delete;

    void begin(int lane, const ActorCriticSettings& settings, std::int64_t updates);
    // Called after begin(), once a learner's saved memory is loaded. Throws ConfigError if its rate
    // was to fall over another number of updates.
    void resume_lane(int lane, const ActorCriticSettings& settings, std::int64_t updates);
    // Replaces a learner by one whose numbers are finite but of no use.
    void forget(int lane);

    const OptimizerKind kind;
    const std::int64_t parameter_rows, memory_rows;
    Real *parameters, *optimizer_memory;
    std::uint32_t* updates;    // so far
    std::uint32_t* fall_ends;  // the update after which the rate would be 0; 0: it stays
    LaneKeyWords batches{};
    OptimizerLanes<Real> optimizer{};
    ActorCriticLanes<Real> lanes{};
    Real log_std_init[lane_count]{};
    // The rate falls from `rate` by `fall` per update.
    double rate[lane_count]{}, fall[lane_count]{};
    std::uint32_t normalize_advantage = 0;  // one bit per lane
};

template <class Real>
class ActorCriticUpdate {
public:
    ActorCriticUpdate(const NetworkKernels<Real>& kernels, const ActorCriticShape& shape,
                      const ActorCriticSettings& settings);

    // Samples that pass through the networks at once.
    std::int64_t chunk() const { return chunk_; }
    // Draws the weights of the learners whose bit is set, from their streams.
    void initialize(ActorCriticState<Real>& state, Initialization how, const LaneKeyWords& key,
                    std::uint32_t lanes) const;
    // Fills in logits and values of `count` observations, at most a chunk.
    const ActorCriticSamples<Real>& evaluate(const ActorCriticState<Real>& state,
                                             const Real* observations, std::int64_t count);
    // Learns from a fully recorded rollout. Returns the lanes in which some parameter is no longer
    // finite.
    std::uint32_t learn(ActorCriticState<Real>& state, Rollout<Real>& rollout);

private:
    std::uint32_t step(ActorCriticState<Real>& state, const Rollout<Real>& rollout,
                       const std::int32_t* order);
    void add_gradient(const ActorCriticState<Real>& state, const Rollout<Real>& rollout,
                      const std::int32_t* order, std::int64_t count);
    void find_moments(const ActorCriticState<Real>& state, const Rollout<Real>& rollout,
                      const std::int32_t* order);

    const NetworkKernels<Real>& kernels_;
    const ActorCriticShape shape_;
    const ActorCriticSettings settings_;
    const std::int64_t minibatch_, chunk_;
    ActorCriticSamples<Real> samples_;
    LaneMemory memory_;
    Real *gradient_, *moments_, *scale_;
    std::int32_t* order_;
};

}  // namespace lockstep

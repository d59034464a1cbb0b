// The networks of sixteen actor-critic learners, and workspace for the samples that pass through
// them: one network for both policy and value, or two.
//
// Owns:      where logits, values and their gradients lie.
// Must not:  know losses, rollouts or worlds.
// Invariant: the parameters of the policy come first, those of the value's own network after them,
//            then the deviations of continuous actions.
#pragma once

#include <lockstep/agent.hpp>
#include <lockstep/detail/isa/library_table.hpp>

#include "agents/actor_critic/settings.hpp"
#include "agents/network/lane_memory.hpp"

namespace lockstep {

struct ActorCriticShape {
    bool shared;
    std::int32_t actions;
    bool continuous;             // then the policy outputs the means of `actions` numbers
    NetworkShape policy, value;  // of a shared network, the same twice

    // The networks' parameters; the log_std of each number follows them.
    std::int32_t network_parameters() const {
        return policy.parameters + (shared ? 0 : value.parameters);
    }
    std::int32_t log_stds() const { return continuous ? actions : 0; }
    std::int32_t parameters() const { return network_parameters() + log_stds(); }
    std::int32_t rows() const { return policy.rows + (shared ? 0 : value.rows); }
};

// Throws ConfigError, as make_shape does.
ActorCriticShape make_shape(const ActorCriticSettings& settings, int inputs, ActionShape actions);

template <class Real>
class ActorCriticSamples {
public:
    // Workspace for `capacity` samples.
    ActorCriticSamples(const NetworkKernels<Real>& kernels, const ActorCriticShape& shape,
                       std::int64_t capacity);

    // What the policy sees of sample k.
    Real* inputs(std::int64_t k) { return policy_ + k * policy_stride(); }
    const Real* logits(std::int64_t k) const { return logits_ + k * policy_stride(); }
    const Real* value(std::int64_t k) const { return values_ + k * value_stride(); }
    Real* logit_deltas(std::int64_t k) { return logit_deltas_ + k * policy_stride(); }
    Real* value_deltas(std::int64_t k) { return value_deltas_ + k * value_stride(); }
    std::int64_t policy_stride() const { return std::int64_t{shape_.policy.rows} * lane_count; }
    std::int64_t value_stride() const { return std::int64_t{shape_.value.rows} * lane_count; }

    // Fills in logits and values of `count` samples.
    void forward(const Real* parameters, std::int64_t count);
    // Adds to the gradient of the parameters, from the first `acting` deltas of logits and `count`
    // deltas of values.
    void backward(const Real* parameters, std::int64_t acting, std::int64_t count, Real* gradient);

private:
    const NetworkKernels<Real>& kernels_;
    const ActorCriticShape shape_;
    LaneMemory memory_;
    Real *policy_, *value_, *policy_deltas_, *own_value_deltas_;
    Real *logits_, *values_, *logit_deltas_, *value_deltas_;
};

}  // namespace lockstep

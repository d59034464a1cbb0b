
#include "agents/actor_critic/networks.hpp"

#include <algorithm>

namespace lockstep {

ActorCriticShape make_shape(const ActorCriticSettings& settings, int inputs, ActionShape actions) {
    const NetworkSpec& spec = settings.network;
    const auto [count, continuous] = actions;
    if (settings.shared) {
        const NetworkShape both = make_shape(spec, inputs, count + 1);
        return {true, count, continuous, both, both};
    }
    return {false, count, continuous, make_shape(spec, inputs, count), make_shape(spec, inputs, 1)};
}

template <class Real>
ActorCriticSamples<Real>::ActorCriticSamples(const NetworkKernels<Real>& kernels,
                                             const ActorCriticShape& shape, std::int64_t capacity)
    : kernels_(kernels), shape_(shape) {
    policy_ = memory_.rows<Real>(capacity * shape.policy.rows);
    policy_deltas_ = memory_.rows<Real>(capacity * shape.policy.rows);
    value_ = policy_, own_value_deltas_ = policy_deltas_;
    if (!shape.shared) {
        value_ = memory_.rows<Real>(capacity * shape.value.rows);
        own_value_deltas_ = memory_.rows<Real>(capacity * shape.value.rows);
    }
    const std::int64_t first = std::int64_t{shape.policy.rows - shape.policy.outputs} * lane_count;
    const std::int64_t last = std::int64_t{shape.value.rows - 1} * lane_count;
    logits_ = policy_ + first, logit_deltas_ = policy_deltas_ + first;
    values_ = value_ + last, value_deltas_ = own_value_deltas_ + last;
}

template <class Real>
void ActorCriticSamples<Real>::forward(const Real* parameters, std::int64_t count) {
    kernels_.forward(shape_.policy, parameters, policy_, static_cast<int>(count));
    if (shape_.shared) return;
    for (std::int64_t k = 0; k < count; ++k) {
        std::copy_n(inputs(k), std::int64_t{shape_.policy.inputs} * lane_count,
                    value_ + k * value_stride());
    }
    kernels_.forward(shape_.value, parameters + std::int64_t{shape_.policy.parameters} * lane_count,
                     value_, static_cast<int>(count));
}

template <class Real>
void ActorCriticSamples<Real>::backward(const Real* parameters, std::int64_t acting,
                                        std::int64_t count, Real* gradient) {
    const auto learn = [&](const NetworkShape& shape, std::int64_t first, const Real* samples,
                           Real* deltas, std::int64_t n) {
        const auto samples_of = static_cast<int>(n);
        const std::int64_t offset = first * lane_count;
        kernels_.backward(shape, parameters + offset, samples, deltas, samples_of);
        kernels_.accumulate_gradients(shape, samples, deltas, samples_of, gradient + offset);
    };
    if (shape_.shared) {
        // Samples without an action teach only the value.
        for (std::int64_t k = acting; k < count; ++k)
            std::fill_n(logit_deltas(k), std::int64_t{shape_.actions} * lane_count, Real(0));
        return learn(shape_.policy, 0, policy_, policy_deltas_, count);
    }
    learn(shape_.policy, 0, policy_, policy_deltas_, acting);
    learn(shape_.value, shape_.policy.parameters, value_, own_value_deltas_, count);
}

template class ActorCriticSamples<float>;
template class ActorCriticSamples<double>;

}  // namespace lockstep

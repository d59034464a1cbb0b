
#include "agents/actor_critic/update.hpp"

#include <algorithm>

#include "agents/actor_critic/progress.hpp"
#include "agents/lanes/lane_assigner.hpp"

namespace lockstep {
namespace {

// Samples and their deltas that pass through the networks at once: few enough for a core's cache,
// enough for the kernels to keep weights in registers over several.
constexpr std::int64_t chunk_bytes = 512LL * 1024, min_chunk = 8;

template <class Real>
std::int64_t chunk_of(const ActorCriticShape& shape, const ActorCriticSettings& settings) {
    const std::int64_t bytes = 2LL * shape.rows() * lane_count * std::int64_t{sizeof(Real)};
    const std::int64_t fitting = chunk_bytes / bytes / min_chunk * min_chunk;
    const std::int64_t minibatch =
        settings.num_steps * settings.num_envs / settings.num_minibatches;
    return std::min(std::max(fitting, min_chunk), minibatch);
}

}  // namespace

template <class Real>
void set_lane(ActorCriticLanes<Real>& lanes, int lane, const ActorCriticSettings& s) {
    lanes.gamma[lane] = static_cast<Real>(s.gamma);
    lanes.gae_lambda[lane] = static_cast<Real>(s.gae_lambda);
    lanes.clip_range[lane] = static_cast<Real>(s.clip_range);
    lanes.vf_coef[lane] = static_cast<Real>(s.vf_coef);
    lanes.ent_coef[lane] = static_cast<Real>(s.ent_coef);
}

template <class Real>
ActorCriticState<Real>::ActorCriticState(LaneMemory& memory, const ActorCriticShape& shape,
                                         OptimizerKind optimizer_kind)
    : kind(optimizer_kind),
      parameter_rows(shape.parameters()),
      memory_rows(optimizer_rows(kind) * parameter_rows) {
    parameters = memory.rows<Real>(parameter_rows);
    optimizer_memory = memory.rows<Real>(memory_rows);
    updates = memory.rows<std::uint32_t>(1);
    fall_ends = memory.rows<std::uint32_t>(1);
    memory.adopt(batches[0], 2);
    for (Real* row : {optimizer.power1, optimizer.power2, optimizer.fade}) memory.adopt(row, 1);
}

template <class Real>
void ActorCriticState<Real>::begin(int lane, const ActorCriticSettings& s,
                                   std::int64_t all_updates) {
    begin_optimizer(optimizer, lane, s.optimizer);
    set_lane(lanes, lane, s);
    log_std_init[lane] = static_cast<Real>(s.log_std_init);
    normalize_advantage =
        (normalize_advantage & ~(1U << lane)) | (s.normalize_advantage ? 1U << lane : 0U);
    rate[lane] = s.optimizer.learning_rate;
    fall[lane] = s.anneal_lr ? s.optimizer.learning_rate / static_cast<double>(all_updates) : 0;
    fall_ends[lane] = s.anneal_lr ? static_cast<std::uint32_t>(all_updates) : 0;
}

template <class Real>
void ActorCriticState<Real>::resume_lane(int lane, const ActorCriticSettings& s,
                                         std::int64_t all_updates) {
    check_anneal(s, fall_ends[lane], all_updates);
    fall_ends[lane] = s.anneal_lr ? static_cast<std::uint32_t>(all_updates) : 0;
}

template <class Real>
void ActorCriticState<Real>::forget(int lane) {
    for (std::int64_t row = 0; row < parameter_rows; ++row) parameters[row * lane_count + lane] = 0;
    for (std::int64_t row = 0; row < memory_rows; ++row)
        optimizer_memory[row * lane_count + lane] = 0;
}

template <class Real>
ActorCriticUpdate<Real>::ActorCriticUpdate(const NetworkKernels<Real>& kernels,
                                           const ActorCriticShape& shape,
                                           const ActorCriticSettings& settings)
    : kernels_(kernels),
      shape_(shape),
      settings_(settings),
      minibatch_(settings.num_steps * settings.num_envs / settings.num_minibatches),
      chunk_(chunk_of<Real>(shape, settings)),
      samples_(kernels, shape, settings.residual ? 2 * chunk_ : chunk_) {
    const std::int64_t n = settings.num_steps * settings.num_envs;
    gradient_ = memory_.rows<Real>(shape.parameters());
    moments_ = memory_.rows<Real>(2);
    scale_ = memory_.rows<Real>(1);
    std::fill_n(scale_, lane_count, 1 / static_cast<Real>(minibatch_));
    order_ = memory_.rows<std::int32_t>(n);
    for (std::int64_t i = 0; i < n; ++i)
        std::fill_n(order_ + i * lane_count, lane_count, static_cast<std::int32_t>(i));
}

template <class Real>
void ActorCriticUpdate<Real>::initialize(ActorCriticState<Real>& state, Initialization how,
                                         const LaneKeyWords& key, std::uint32_t lanes) const {
    kernels_.initialize(shape_.policy, how, key, 0, lanes, state.parameters);
    for_lanes(lanes, [&](int lane) {
        for (std::int32_t p = shape_.network_parameters(); p < shape_.parameters(); ++p)
            state.parameters[p * lane_count + lane] = state.log_std_init[lane];
    });
    if (shape_.shared) return;
    kernels_.initialize(shape_.value, how, key, 1, lanes,
                        state.parameters + std::int64_t{shape_.policy.parameters} * lane_count);
}

template <class Real>
const ActorCriticSamples<Real>& ActorCriticUpdate<Real>::evaluate(
    const ActorCriticState<Real>& state, const Real* observations, std::int64_t count) {
    const std::int64_t inputs = std::int64_t{shape_.policy.inputs} * lane_count;
    for (std::int64_t k = 0; k < count; ++k)
        std::copy_n(observations + k * inputs, inputs, samples_.inputs(k));
    samples_.forward(state.parameters, count);
    return samples_;
}

template <class Real>
std::uint32_t ActorCriticUpdate<Real>::learn(ActorCriticState<Real>& state,
                                             Rollout<Real>& rollout) {
    kernels_.advantages(rollout.rows(), state.lanes);
    LaneWords epoch_of;
    for (int lane = 0; lane < lane_count; ++lane) {
        const double rate = state.rate[lane] - state.fall[lane] * state.updates[lane];
        state.optimizer.learning_rate[lane] = static_cast<Real>(rate);
        epoch_of[lane] = state.updates[lane] * static_cast<std::uint32_t>(settings_.update_epochs);
        ++state.updates[lane];
    }
    std::uint32_t broken = 0;
    for (std::int64_t epoch = 0; epoch < settings_.update_epochs; ++epoch) {
        if (settings_.num_minibatches > 1) {
            const auto n = static_cast<int>(rollout.samples());
            kernels_.shuffle(state.batches, epoch_of, n, order_);
            for (std::uint32_t& word : epoch_of) ++word;
        }
        for (std::int64_t m = 0; m < settings_.num_minibatches; ++m)
            broken |= step(state, rollout, order_ + m * minibatch_ * lane_count);
    }
    return broken;
}

template <class Real>
std::uint32_t ActorCriticUpdate<Real>::step(ActorCriticState<Real>& state,
                                            const Rollout<Real>& rollout,
                                            const std::int32_t* order) {
    std::fill_n(gradient_, std::int64_t{shape_.parameters()} * lane_count, Real(0));
    if (state.normalize_advantage != 0) find_moments(state, rollout, order);
    for (std::int64_t first = 0; first < minibatch_; first += chunk_) {
        add_gradient(state, rollout, order + first * lane_count,
                     std::min(chunk_, minibatch_ - first));
    }
    return kernels_.optimize({state.kind, shape_.parameters(), state.parameters, gradient_,
                              state.optimizer_memory, &state.optimizer, scale_,
                              (1U << lane_count) - 1U});
}

// The moments of a minibatch's advantages; 0 and 1, which change nothing, for learners that do not
// normalize.
template <class Real>
void ActorCriticUpdate<Real>::find_moments(const ActorCriticState<Real>& state,
                                           const Rollout<Real>& rollout,
                                           const std::int32_t* order) {
    kernels_.advantage_moments(rollout.rows().advantage, order, static_cast<int>(minibatch_),
                               moments_);
    for_lanes(~state.normalize_advantage & ((1U << lane_count) - 1U),
              [&](int lane) { moments_[lane] = 0, moments_[lane_count + lane] = 1; });
}

template <class Real>
void ActorCriticUpdate<Real>::add_gradient(const ActorCriticState<Real>& state,
                                           const Rollout<Real>& rollout, const std::int32_t* order,
                                           std::int64_t count) {
    const auto some = static_cast<int>(count);
    const std::int64_t stride = samples_.policy_stride();
    kernels_.gather_samples(rollout.observations(), rollout.inputs(), order, some,
                            samples_.inputs(0), stride);
    const std::int64_t all = settings_.residual ? 2 * count : count;
    if (settings_.residual) {
        kernels_.gather_samples(rollout.next_observations(), rollout.inputs(), order, some,
                                samples_.inputs(count), stride);
    }
    samples_.forward(state.parameters, all);
    const std::int64_t log_std = std::int64_t{shape_.network_parameters()} * lane_count;
    kernels_.actor_critic_deltas(
        {.rollout = &rollout.rows(),
         .lanes = &state.lanes,
         .order = order,
         .moments = state.normalize_advantage != 0 ? moments_ : nullptr,
         .count = some,
         .actions = shape_.actions,
         .log_std = shape_.continuous ? state.parameters + log_std : nullptr,
         .log_std_gradient = gradient_ + log_std,
         .residual = settings_.residual,
         .logits = samples_.logits(0),
         .values = samples_.value(0),
         .logit_deltas = samples_.logit_deltas(0),
         .value_deltas = samples_.value_deltas(0),
         .policy_stride = samples_.policy_stride(),
         .value_stride = samples_.value_stride()});
    samples_.backward(state.parameters, count, all, gradient_);
}

template void set_lane(ActorCriticLanes<float>&, int, const ActorCriticSettings&);
template void set_lane(ActorCriticLanes<double>&, int, const ActorCriticSettings&);
template struct ActorCriticState<float>;
template struct ActorCriticState<double>;
template class ActorCriticUpdate<float>;
template class ActorCriticUpdate<double>;

}  // namespace lockstep

// The functions of no environment that one instruction set offers: on sixteen learners with
// networks, and for samplers.
//
// Must not:  include anything that emits code: tables cross the border between flag sets.
// Invariant: the tables give the same bits on every instruction set.
#pragma once

#include <cstdint>

#include <lockstep/detail/actor_critic/actor_critic_task.hpp>
#include <lockstep/detail/deep_q/deep_q_task.hpp>
#include <lockstep/detail/network/gaussian_task.hpp>
#include <lockstep/detail/network/network_shape.hpp>
#include <lockstep/detail/network/optimizer_task.hpp>
#include <lockstep/detail/random/streams.hpp>
#include <lockstep/detail/reinforce/reinforce_task.hpp>
#include <lockstep/detail/samplers/mixture_view.hpp>

namespace lockstep {

using LaneWords = std::uint32_t[lane_count];
using LaneKeyWords = std::uint32_t[2][lane_count];

// The kernels' own headers document each function.
template <class Real>
struct NetworkKernels {
    void (*forward)(const NetworkShape&, const Real* parameters, Real* samples, int count) noexcept;
    void (*backward)(const NetworkShape&, const Real* parameters, const Real* samples, Real* deltas,
                     int count) noexcept;
    void (*output_backward)(const NetworkShape&, const Real* samples, Real* deltas,
                            int count) noexcept;
    void (*accumulate_gradients)(const NetworkShape&, const Real* samples, const Real* deltas,
                                 int count, Real* gradient) noexcept;
    void (*initialize)(const NetworkShape&, Initialization, const LaneKeyWords& key,
                       std::uint32_t network, std::uint32_t lanes, Real* parameters) noexcept;
    std::uint32_t (*optimize)(const OptimizerTask<Real>&) noexcept;
    void (*draw_uniforms)(const LaneKeyWords& key, const LaneWords& id, const LaneWords& time,
                          int count, Real* uniforms) noexcept;
    void (*choose)(const Real* logits, int outputs, const Real* uniform, const LaneWords& legal,
                   Real* probabilities, std::int32_t* action) noexcept;
    void (*draw_gaussian)(const GaussianTask<Real>&, const LaneKeyWords* key, const LaneWords& id,
                          const LaneWords& time) noexcept;
    void (*forward_shared)(const NetworkShape&, const Real* parameters, Real* samples,
                           int count) noexcept;
    void (*backward_shared)(const NetworkShape&, const Real* parameters, const Real* samples,
                            Real* deltas, int count) noexcept;
    void (*add_lanes)(const Real* rows, int count, Real* sums) noexcept;
    void (*reinforce)(const ReinforceTask<Real>&) noexcept;
    void (*transpose_to_learners)(const Real* from, int rows, Real* const* to,
                                  std::int64_t stride) noexcept;
    void (*log_probability)(const Real* logits, int actions, const std::uint32_t* legal,
                            const std::int32_t* action, Real* result) noexcept;
    void (*advantages)(const RolloutRows<Real>&, const ActorCriticLanes<Real>&) noexcept;
    void (*shuffle)(const LaneKeyWords& key, const LaneWords& time, int count,
                    std::int32_t* order) noexcept;
    void (*gather_samples)(const Real* from, int rows, const std::int32_t* order, int count,
                           Real* to, std::int64_t stride) noexcept;
    void (*advantage_moments)(const Real* advantage, const std::int32_t* order, int count,
                              Real* moments) noexcept;
    void (*actor_critic_deltas)(const ActorCriticLoss<Real>&) noexcept;
    void (*epsilon_greedy)(const Real* values, int actions, const LaneKeyWords& key,
                           const LaneWords& id, const LaneWords& time, const Real* epsilon,
                           const LaneWords& legal, std::int32_t* action) noexcept;
    void (*replay_push)(const Replay<Real>&, const Transition<Real>&, std::uint32_t lanes) noexcept;
    void (*replay_sample)(const Replay<Real>&, const LaneKeyWords& key,
                          const std::uint32_t* trainings, int first, int rows,
                          const Minibatch<Real>&) noexcept;
    void (*choose_next)(const NetworkShape&, ActionHead, const Minibatch<Real>&) noexcept;
    void (*value_gradient)(const NetworkShape&, ActionHead, const Minibatch<Real>&,
                           const Real* gamma, double share, Real* deltas) noexcept;
    void (*polyak_update)(const Real* goal, int rows, const Real* share, std::uint32_t lanes,
                          Real* moved) noexcept;
};

// kernels/samplers/mixture.hpp documents each function.
struct SearchKernels {
    void (*uniforms)(Key key, const LaneWords& id, const LaneWords& time, int count,
                     double* rows) noexcept;
    void (*quantiles)(double* areas, int count) noexcept;
    void (*truncated)(const double* center, const double* width, int count,
                      double* uniforms) noexcept;
    void (*heights)(const double* center, double width, int count, double* heights) noexcept;
    void (*densities)(const MixtureView&, const double* points, int count,
                      double* densities) noexcept;
};

struct LibraryKernels {
    const char* isa;
    NetworkKernels<float> f32;
    NetworkKernels<double> f64;
    SearchKernels search;
};

}  // namespace lockstep

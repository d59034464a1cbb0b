
#include "agents/deep_q/lanes.hpp"

#include <algorithm>

#include "agents/lanes/lane_assigner.hpp"
#include "agents/network/lane_state_fields.hpp"

namespace lockstep {

template <class Real>
QLanes<Real>::QLanes(const NetworkKernels<Real>& kernels, const NetworkShape& shape,
                     const DeepQSettings& common, LaneMemory& memory)
    : kernels_(kernels),
      shape_(shape),
      common_(common),
      head_{shape.outputs - (common.dueling ? 1 : 0), common.dueling} {
    memory.adopt(own_.gamma, 3);
    memory.adopt(own_.weights[0], 7);
    keep_rows(memory, optimizer_);
    weights_ = memory.rows<Real>(shape.parameters);
    target_ = common.target == TargetNetwork::none ? weights_ : memory.rows<Real>(shape.parameters);
    optimizer_memory_ =
        memory.rows<Real>(std::int64_t{optimizer_rows(common.optimizer.kind)} * shape.parameters);
    const std::int64_t slots = common.buffer_size;
    replay_ = {static_cast<std::int32_t>(slots),
               shape.inputs,
               memory.rows<Real>(slots * transition_floats(shape.inputs)),
               memory.rows<std::uint32_t>(slots * transition_flags),
               own_.next,
               own_.held};
    const std::int64_t rows = std::int64_t{shown_at_once} * shape.rows;
    minibatch_ = {scratch_.rows<Real>(rows), scratch_.rows<Real>(rows),
                  scratch_.rows<Real>(shown_at_once),
                  scratch_.rows<std::uint32_t>(std::int64_t{shown_at_once} * transition_flags),
                  scratch_.rows<std::int32_t>(shown_at_once)};
    deltas_ = scratch_.rows<Real>(rows);
    gradient_ = scratch_.rows<Real>(shape.parameters);
}

template <class Real>
std::uint64_t QLanes<Real>::replay_bytes(int inputs, std::int64_t buffer) {
    const std::uint64_t transition =
        static_cast<std::uint64_t>(transition_floats(inputs)) * sizeof(Real) +
        transition_flags * sizeof(std::uint32_t);
    return static_cast<std::uint64_t>(buffer) * transition * lane_count;
}

template <class Real>
void QLanes<Real>::begin(int lane, const DeepQSettings& settings, const LearnerKeys& keys) {
    own_.gamma[lane] = static_cast<Real>(settings.gamma);
    own_.tau[lane] = static_cast<Real>(settings.tau);
    own_.whole[lane] = 1;
    put_key(own_.weights, lane, keys.weights);
    put_key(own_.batches, lane, keys.batches);
    begin_optimizer(optimizer_, lane, settings.optimizer);
}

template <class Real>
void QLanes<Real>::draw_weights(std::uint32_t lanes) {
    kernels_.initialize(shape_, common_.network.initialization, own_.weights, 0, lanes, weights_);
    copy_target(lanes);
}

template <class Real>
void QLanes<Real>::replay_push(const Transition<Real>& seen, std::uint32_t lanes) {
    kernels_.replay_push(replay_, seen, lanes);
}

template <class Real>
void QLanes<Real>::copy_target(std::uint32_t lanes) {
    kernels_.polyak_update(weights_, shape_.parameters, own_.whole, lanes, target_);
}

template <class Real>
void QLanes<Real>::learn_from(int first) {
    const auto batch = static_cast<std::int32_t>(common_.batch_size);
    minibatch_.count = std::min(shown_at_once, batch - first);
    const int count = minibatch_.count;
    kernels_.replay_sample(replay_, own_.batches, own_.trainings, first, shape_.rows, minibatch_);
    const Real* chooser = common_.double_q ? weights_ : target_;
    kernels_.forward(shape_, chooser, minibatch_.nexts, count);
    kernels_.choose_next(shape_, head_, minibatch_);
    if (chooser != target_) kernels_.forward(shape_, target_, minibatch_.nexts, count);
    kernels_.forward(shape_, weights_, minibatch_.states, count);
    kernels_.value_gradient(shape_, head_, minibatch_, own_.gamma, 1.0 / batch, deltas_);
    kernels_.backward(shape_, weights_, minibatch_.states, deltas_, count);
    kernels_.accumulate_gradients(shape_, minibatch_.states, deltas_, count, gradient_);
}

template <class Real>
std::uint32_t QLanes<Real>::train(std::uint32_t lanes) {
    std::fill_n(gradient_, std::int64_t{shape_.parameters} * lane_count, Real(0));
    for (int first = 0; first < common_.batch_size; first += shown_at_once) learn_from(first);
    const std::uint32_t broken =
        kernels_.optimize({common_.optimizer.kind, shape_.parameters, weights_, gradient_,
                           optimizer_memory_, &optimizer_, nullptr, lanes});
    for_lanes(lanes, [&](int lane) { ++own_.trainings[lane]; });
    if (common_.target == TargetNetwork::soft)
        kernels_.polyak_update(weights_, shape_.parameters, own_.tau, lanes, target_);
    return broken & lanes;
}

template class QLanes<float>;
template class QLanes<double>;

}  // namespace lockstep

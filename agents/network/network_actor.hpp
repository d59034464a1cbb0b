// One network that has learnt, in all sixteen lanes, choosing actions.
//
// Must not:  know what the worlds do, or learn.
// Invariant: an action is a function of the network, of what its lane sees, and, where actions are
//            drawn, of the lane's id and time.
#pragma once

#include <algorithm>
#include <span>

#include <lockstep/agents/learner_keys.hpp>
#include <lockstep/agents/network/lane_memory.hpp>
#include <lockstep/kernels/isa/network_table.hpp>
#include <lockstep/kernels/lane_worlds.hpp>

namespace lockstep {

// Which outputs of a network speak for actions: `count` from `first` on, one for each action, or
// one alone, the logit of action 1 of two.
struct ActionOutputs {
    int first = 0, count = 1;
};

template <class Real>
class NetworkActor {
public:
    // Greedy: the most probable action; else drawn by `actions`.
    NetworkActor(const NetworkKernels<Real>& kernels, const NetworkShape& shape,
                 ActionOutputs outputs, std::span<const Real> parameters, bool greedy, Key actions)
        : kernels_(kernels), shape_(shape), outputs_(outputs), greedy_(greedy) {
        parameters_ = memory_.rows<Real>(shape.parameters);
        for (std::size_t p = 0; p < parameters.size(); ++p)
            std::fill_n(parameters_ + p * lane_count, lane_count, parameters[p]);
        sample_ = memory_.rows<Real>(shape.rows);
        probabilities_ = memory_.rows<Real>(outputs.count);
        uniform_ = memory_.rows<Real>(1);
        for (int lane = 0; lane < lane_count; ++lane) put_key(keys_, lane, actions);
    }

    // The rows in which the network finds what the lanes see.
    Real* observation() { return sample_; }

    const std::int32_t* act(const LaneWorlds<Real>& worlds) {
        kernels_.forward(shape_, parameters_, sample_, 1);
        if (!greedy_) kernels_.draw_uniforms(keys_, worlds.id, worlds.time, 1, uniform_);
        const Real* logits = sample_ + (shape_.rows - shape_.outputs + outputs_.first) * lane_count;
        kernels_.choose(logits, outputs_.count, greedy_ ? nullptr : uniform_, worlds.possible,
                        probabilities_, action_);
        return action_;
    }

private:
    const NetworkKernels<Real>& kernels_;
    const NetworkShape shape_;
    const ActionOutputs outputs_;
    const bool greedy_;
    LaneMemory memory_;
    Real *parameters_, *sample_, *probabilities_, *uniform_;
    LaneKeyWords keys_;
    std::int32_t action_[lane_count];
};

}  // namespace lockstep

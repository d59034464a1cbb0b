// One trained network in all sixteen lanes, choosing actions.
//
// Must not:  know what the worlds do, or learn.
// Invariant: an action is a function of the network, of what its lane sees and, where actions are
//            drawn, of the lane's id and time.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include <lockstep/detail/block/lane_worlds.hpp>
#include <lockstep/detail/block/worlds.hpp>
#include <lockstep/detail/isa/library_table.hpp>

#include "agents/lanes/learner_keys.hpp"
#include "agents/network/lane_memory.hpp"

namespace lockstep {

// Which outputs of a network choose actions: `count` outputs from `first` on, one per action; or a
// single one, the logit of action 1 of two; or one per number of a continuous action.
struct ActionOutputs {
    int first = 0, count = 1;
    std::int32_t log_std = -1;  // continuous: the parameter of the first number
};

// For each number of a continuous action.
template <class Real>
struct ActionBounds {
    std::vector<Real> low, high;
};

template <class Real>
class NetworkActor {
public:
    // Greedy: the most probable action, or the mean. Otherwise actions are drawn by `actions`.
    NetworkActor(const NetworkKernels<Real>& kernels, const NetworkShape& shape,
                 ActionOutputs outputs, const ActionBounds<Real>& bounds,
                 std::span<const Real> parameters, bool greedy, Key actions)
        : kernels_(kernels), shape_(shape), outputs_(outputs), bounds_(bounds), greedy_(greedy) {
        parameters_ = filled(parameters.first(static_cast<std::size_t>(shape.parameters)));
        sample_ = memory_.rows<Real>(shape.rows);
        probabilities_ = memory_.rows<Real>(outputs.count);
        uniform_ = memory_.rows<Real>(1);
        if (outputs.log_std >= 0) {
            log_std_ = filled(parameters.subspan(static_cast<std::size_t>(outputs.log_std),
                                                 static_cast<std::size_t>(outputs.count)));
            drawn_ = memory_.rows<Real>(outputs.count);
            clipped_ = memory_.rows<Real>(outputs.count);
        }
        for (int lane = 0; lane < lane_count; ++lane) put_key(keys_, lane, actions);
    }

    // The rows from which the network reads what the lanes see.
    Real* observation() { return sample_; }

    Actions<Real> act(const LaneWorlds<Real>& worlds) {
        kernels_.forward(shape_, parameters_, sample_, 1);
        const Real* outputs =
            sample_ + (shape_.rows - shape_.outputs + outputs_.first) * lane_count;
        if (outputs_.log_std >= 0) {
            kernels_.draw_gaussian({outputs_.count, outputs, log_std_, bounds_.low.data(),
                                    bounds_.high.data(), drawn_, clipped_, nullptr},
                                   greedy_ ? nullptr : &keys_, worlds.id, worlds.time);
            return {.value = clipped_, .stride = lane_count};
        }
        if (!greedy_) kernels_.draw_uniforms(keys_, worlds.id, worlds.time, 1, uniform_);
        kernels_.choose(outputs, outputs_.count, greedy_ ? nullptr : uniform_, worlds.legal,
                        probabilities_, action_);
        return {.number = action_};
    }

private:
    // One row per parameter, the same in all lanes.
    Real* filled(std::span<const Real> parameters) {
        Real* rows = memory_.rows<Real>(std::ssize(parameters));
        for (std::size_t p = 0; p < parameters.size(); ++p)
            std::fill_n(rows + p * lane_count, lane_count, parameters[p]);
        return rows;
    }

    const NetworkKernels<Real>& kernels_;
    const NetworkShape shape_;
    const ActionOutputs outputs_;
    const ActionBounds<Real> bounds_;
    const bool greedy_;
    LaneMemory memory_;
    Real *parameters_, *sample_, *probabilities_, *uniform_;
    Real *log_std_ = nullptr, *drawn_ = nullptr, *clipped_ = nullptr;
    LaneKeyWords keys_;
    std::int32_t action_[lane_count];
};

}  // namespace lockstep

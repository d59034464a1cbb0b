// Sixteen learners of action values: their networks, their replay memories, and how they learn.
//
// Must not:  know environments, or decide when to learn.
// Invariant: what a learner keeps lies in the given LaneMemory; everything else is scratch.
#pragma once

#include <lockstep/detail/isa/library_table.hpp>

#include "agents/deep_q/settings.hpp"
#include "agents/lanes/learner_keys.hpp"
#include "agents/network/lane_memory.hpp"

namespace lockstep {

template <class Real>
class QLanes {
public:
    // The shape has one output per action and, if dueling, one more. Keeps the references.
    QLanes(const NetworkKernels<Real>& kernels, const NetworkShape& shape,
           const DeepQSettings& common, LaneMemory& memory);
    QLanes(const QLanes&) = delete;
    QLanes& operator=(const QLanes&) = delete;

    // Bytes of sixteen learners' replay memories.
    static std::uint64_t replay_bytes(int inputs, std::int64_t buffer);

    ActionHead head() const { return head_; }
    Real* weights() { return weights_; }  // [parameter][lane]
    std::uint32_t trainings(int lane) const { return own_.trainings[lane]; }

    // Begins a learner without weights or replay memory; its lane's memory must be clear.
    void begin(int lane, const DeepQSettings& settings, const LearnerKeys& keys);
    // Draws initial weights, as the settings say, for the learners whose bit is set.
    void draw_weights(std::uint32_t lanes);
    void replay_push(const Transition<Real>& seen, std::uint32_t lanes);
    // One step down the gradient of a batch's mean squared error. Returns the learners whose
    // weights are no longer finite.
    std::uint32_t train(std::uint32_t lanes);
    void copy_target(std::uint32_t lanes);

private:
    // Transitions that pass through the networks at once: few enough that their samples stay in the
    // nearest caches. Even.
    static constexpr std::int32_t shown_at_once = 8;

    struct alignas(64) Own {
        Real gamma[lane_count], tau[lane_count], whole[lane_count];
        LaneKeyWords weights, batches;
        LaneWords trainings, next, held;
    };
    void learn_from(int first);

    const NetworkKernels<Real>& kernels_;
    const NetworkShape& shape_;
    const DeepQSettings& common_;
    ActionHead head_;
    Own own_{};
    OptimizerLanes<Real> optimizer_{};
    Real *weights_, *target_, *optimizer_memory_;
    Replay<Real> replay_;
    LaneMemory scratch_;
    Minibatch<Real> minibatch_;
    Real *deltas_, *gradient_;
};

extern template class QLanes<float>;
extern template class QLanes<double>;

}  // namespace lockstep

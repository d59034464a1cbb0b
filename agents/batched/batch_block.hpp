// A block of worlds that one network plays in: what a task of a batched learner works on.
//
// Owns:      the worlds' states, their rollout, and the block's part of the gradient.
// Must not:  know other blocks, threads, or how parameters move.
// Invariant: what a world does is a function of its number, the learner's seed and the parameters;
//            columns beyond the last world play along and count for nothing.
#pragma once

#include <span>
#include <vector>

#include <lockstep/agents/actor_critic/progress.hpp>
#include <lockstep/agents/batched/batch_plan.hpp>
#include <lockstep/agents/network/lane_memory.hpp>

namespace lockstep {

// Sums over samples.
struct AdvantageSums {
    double first = 0, second = 0;
};

template <class Real>
class BatchBlock {
public:
    BatchBlock(const BatchPlan<Real>& plan, const LearnerKeys& keys, std::int64_t first_world);

    // Plays a rollout and finds its advantages.
    void play(const Real* parameters);

    AdvantageSums advantages(std::span<const int> steps) const;
    // The gradient of these steps' loss, summed over worlds: a row of numbers as parameters are.
    // The advantages are taken as (advantage - mean) * inverse_deviation.
    std::span<const Real> learn(const Real* parameters, std::span<const int> steps, double mean,
                                double inverse_deviation);

    // Episodes that ended since the last call.
    EndedEpisodes take_ended();

private:
    template <class T>
    T* rows(std::int64_t count) {
        return memory_.rows<T>(count * columns_ / lane_count);
    }
    std::int64_t at(int step, int column = 0) const {
        return std::int64_t{step} * columns_ + column;
    }
    Real* observation(int tile) const {
        return observation_ + std::int64_t{tile} * plan_.world.inputs() * lane_count;
    }
    // Where the rollout's step is, or the one place for all.
    Real* sample(int step) const {
        return samples_ + (plan_.single_pass() ? at(step) * plan_.rows() : 0);
    }
    const Real* values_of(const Real* sample) const {
        return sample + at(static_cast<int>(plan_.rows()) - 1);
    }
    void show(Real* sample) const;
    void share_inputs(Real* sample) const;
    void forward(Real* sample) const;
    void act(const Real* sample, int step, int tile);
    void advance(int step, int tile);
    void end(int step, int tile, std::uint32_t over);
    void keep_final(int step, int tile, int lane);
    void bootstrap_finals();
    void estimate_advantages();
    SurrogateTask<Real> surrogate_task(const Real* sample, int step) const;
    void backward(const Real* sample);

    const BatchPlan<Real>& plan_;
    int columns_, worlds_;
    LaneMemory memory_;
    std::vector<LaneWorlds<Real>> lanes_;
    LaneKeyWords action_keys_;
    const Real* parameters_ = nullptr;  // of the present call
    Real *observation_, *samples_, *inputs_ = nullptr, *deltas_, *final_sample_, *gradient_;
    Real *logits_, *probabilities_, *uniform_;
    Real *probability_, *values_, *reward_, *goes_on_, *advantage_, *target_, *share_;
    std::int32_t* action_;
    std::uint32_t* possible_;
    EndedEpisodes ended_;
    std::vector<std::int64_t> finals_;  // steps whose worlds' last sight is in final_sample_
};

}  // namespace lockstep

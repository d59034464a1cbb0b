// A block of worlds in which one network plays: the unit of work of a batched learner's tasks.
//
// Owns:      the worlds' states, their rollout, and the block's part of the gradient.
// Must not:  know other blocks, threads, or how parameters move.
// Invariant: what a world does is a function of its number, the learner's seed and the parameters;
//            columns beyond the last world play along and count for nothing.
#pragma once

#include <span>
#include <vector>

#include "agents/actor_critic/batch_plan.hpp"
#include "agents/actor_critic/progress.hpp"
#include "agents/network/lane_memory.hpp"

namespace lockstep {

// Sums over samples.
struct AdvantageSums {
    double first = 0, second = 0;
};

template <class Real>
class BatchBlock {
public:
    BatchBlock(const BatchPlan<Real>& plan, const LearnerKeys& keys, std::int64_t first_world);

    // Adds what the worlds keep between two rollouts to what `memory` saves.
    void keep(LaneMemory& memory);

    // Plays a rollout and finds its advantages.
    void play(const Real* parameters);

    AdvantageSums advantages(std::span<const int> steps) const;
    // The gradient of these steps' loss, summed over worlds and laid out as the parameters are.
    // Uses (advantage - mean) * inverse_deviation in place of the advantages.
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
    // The samples of a step, or the one place that all steps share: inputs and outputs of the
    // networks, a sample of the policy's for every tile, then one of the value's.
    Real* samples(int step) const {
        return samples_ + (plan_.single_pass() ? at(step) * plan_.rows() : 0);
    }
    int tiles() const { return static_cast<int>(plan_.tiles.num_envs); }
    // Where a tile's rows begin.
    std::int64_t of_policy(int tile) const {
        return std::int64_t{tile} * plan_.policy.rows * lane_count;
    }
    std::int64_t of_value(int tile) const {
        return plan_.settings.shared
                   ? of_policy(tile)
                   : of_policy(tiles()) + std::int64_t{tile} * plan_.value.rows * lane_count;
    }
    std::int64_t logits_of(int tile) const {
        return of_policy(tile) + (plan_.policy.rows - plan_.policy.outputs) * lane_count;
    }
    std::int64_t value_of(int tile) const {
        return of_value(tile) + (plan_.valuer().rows - 1) * lane_count;
    }
    void write_observations(int step, Real* samples) const;
    void forward(Real* samples) const;
    void copy_values(const Real* samples, Real* to) const;
    LaneWorlds<Real>& worlds_of(std::int64_t i) {
        return *lanes_[static_cast<std::size_t>(i % plan_.tiles.num_envs)];
    }
    void act(const Real* samples, std::int64_t i);
    void advance(std::int64_t i);
    void end(std::int64_t i, std::uint32_t done);
    void keep_final(std::int64_t i, int lane);
    void bootstrap_finals();
    void find_deltas(const Real* samples, int step);
    void backward(const Real* samples);

    const BatchPlan<Real>& plan_;
    int columns_, worlds_;
    LaneMemory memory_;
    Rollout<Real> rollout_;                     // sample t * tiles + i: sixteen worlds
    std::vector<OwnedLaneWorlds<Real>> lanes_;  // of the tiles
    LaneKeyWords action_keys_;
    const Real* parameters_ = nullptr;  // of the current call
    Real *samples_, *deltas_, *final_samples_;
    Real *sums_, *gradient_;  // of each lane's worlds; of all
    Real *probabilities_, *uniform_, *moments_;
    std::int32_t* order_;  // samples in their natural order
    EndedEpisodes ended_;
    std::vector<std::int64_t> finals_;  // elements whose last observation is in final_samples_
};

}  // namespace lockstep

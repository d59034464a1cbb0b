// Sixteen REINFORCE learners that act in lanes, each in a world of its own.
//
// Owns:      blocks of sixteen steps: draws are made for a block at once, and its steps are dealt
//            out to the learners at its end.
// Must not:  know which learner takes a lane next, or threads.
// Invariant: a learner's steps begin with a block, so that what it learns is a function of its
//            settings and seed, never of its lane or its neighbors.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "agents/reinforce/learner.hpp"

namespace lockstep {

inline constexpr int block_steps = lane_count;

template <class Real>
class ReinforceVector {
public:
    ReinforceVector(const NetworkEnv<Real>& world, const ReinforceStructure& structure,
                    ReinforceWorkspace<Real>& workspace);
    ReinforceVector(const ReinforceVector&) = delete;  // its memory knows its own address
    ReinforceVector& operator=(const ReinforceVector&) = delete;

    // Between blocks: puts a new learner into a lane, or one that continues; `saved` must live
    // until the block's end. `resume` returns the saved episode returns. Throws ConfigError as the
    // learner does.
    void assign_lane(int lane, const ReinforceSettings& settings, std::uint64_t seed);
    std::vector<Real> resume(int lane, const ReinforceSettings& settings,
                             std::span<const std::byte> saved);
    void take(int lane) { occupied_ &= ~(1U << lane), waiting_ &= ~(1U << lane); }
    // The first saves a learner whose episode has just ended in step `slot`; the second, between
    // blocks.
    std::vector<std::byte> save(int lane, int slot, std::span<const Real> returns);
    std::vector<std::byte> save(int lane, std::span<const Real> returns);
    // Between blocks: the steps of the episode under way.
    std::int64_t steps_under_way(int lane) const {
        return (begins_ >> lane & 1U) != 0 ? 0 : worlds_->length[lane];
    }

    void begin_block();
    // For each step 0 to 15 of the block, call these in turn. learn() returns the lanes whose
    // episode has ended, and lets them learn from it. Calling each function for several vectors
    // before the next overlaps their chains of operations.
    void forward_lanes(int slot);
    void act(int slot);
    void step_worlds(int slot);
    std::uint32_t learn(int slot);
    void end_block();

    std::uint32_t occupied() const { return occupied_; }
    const ReinforceLearner<Real>& learner(int lane) const {
        return learners_[static_cast<std::size_t>(lane)];
    }
    // The return of the episode that ended in a lane.
    Real ended_return(int lane) const { return ended_return_[lane]; }

private:
    std::vector<std::byte> save(int lane, std::int64_t under_way, std::span<const Real> returns);
    void draw(int slot, const Real* means);
    void resume_lane(int slot);
    void end_episode(int lane, int slot);
    void transpose_to_learners(int lane, int end);
    void restore_block(int lane, int end);
    void write_observation(int lane);
    std::size_t lane_bytes() const { return lanes_.bytes_a_learner(); }
    // Row r of the block's step `slot`, as in ReinforceStructure::step_rows.
    Real* recent(int r, int slot) {
        return recent_ + (std::int64_t{r} * block_steps + slot) * lane_count;
    }

    const NetworkEnv<Real>& world_;
    const ReinforceStructure& structure_;
    const int inputs_;
    ReinforceWorkspace<Real>& room_;
    std::deque<ReinforceLearner<Real>> learners_;
    bool bootstraps_[lane_count]{};
    // Resumed learners wait for the step of the block at which they had stopped.
    std::span<const std::byte> entering_[lane_count], entering_sight_[lane_count];
    int entry_slot_[lane_count]{};
    std::uint32_t waiting_ = 0;
    OwnedLaneWorlds<Real> worlds_;
    LaneKeyWords actions_{};
    LaneWords sees_{};    // whether a saved lane is within an episode: its observation follows
    LaneMemory lanes_;    // what the learners own of the worlds
    LaneMemory scratch_;  // of a block
    Real *parameters_, *sample_, *uniforms_, *probabilities_, *recent_, *nowhere_;
    Real *drawn_, *clipped_;  // a continuous action, as drawn and as played
    std::int32_t action_[block_steps][lane_count];
    std::uint32_t legal_[block_steps][lane_count];
    // The block's first step, counted from the learner's last update.
    std::int64_t origin_[lane_count]{};
    Real ended_return_[lane_count];
    std::uint32_t occupied_ = 0, begins_ = 0;
};

}  // namespace lockstep

// One REINFORCE learner: its networks, the episodes since its last update, and the update.
//
// Must not:  know lanes of worlds, or other learners.
// Invariant: all that it keeps from one update to the next is in one piece of memory.
#pragma once

#include <span>
#include <vector>

#include <lockstep/detail/reinforce/reinforce_task.hpp>

#include "agents/network/network_env.hpp"
#include "agents/reinforce/settings.hpp"
#include "engine/memory/memory.hpp"

namespace lockstep {

// What the learners of a population have in common.
struct ReinforceStructure {
    NetworkShape policy, value;
    int columns = 0;  // numbers of a continuous action; 0: actions are counted
    OptimizerKind optimizer;
    bool baseline, masked;         // masked: some action may be illegal
    std::int64_t steps, episodes;  // of an update, at most

    // The policy network's parameters, then the log_std of each number of a continuous action.
    int policy_parameters() const { return policy.parameters + columns; }
    // Per step: the observation, then a continuous action as it was drawn, then the reward.
    int step_rows() const { return policy.inputs + columns + 1; }
};

// Workspace for an update; the learners of one thread share it.
template <class Real>
class ReinforceWorkspace {
public:
    explicit ReinforceWorkspace(const ReinforceStructure& structure);
    Real *returns, *values, *samples, *deltas, *sums, *probabilities;
    Real *policy_gradient, *value_gradient, *seen;
    OptimizerLanes<Real> optimizer;

private:
    LaneMemory memory_;
};

template <class Real>
class ReinforceLearner {
public:
    ReinforceLearner(const NetworkKernels<Real>& kernels, const ReinforceStructure& structure);

    // Begins a new learner.
    void begin(const ReinforceSettings& settings, const LearnerKeys& keys);
    // Continues a learner. `saved` begins with what state() returned; returns the rest. Throws
    // ConfigError if it is another learner's.
    std::span<const std::byte> resume(const ReinforceSettings& settings,
                                      std::span<const std::byte> saved);
    // All that the learner keeps. The last `under_way` steps written belong to an episode that has
    // not ended.
    std::vector<std::byte> state(std::int64_t under_way);
    static std::size_t bytes(const ReinforceStructure& structure) {
        return lay_out(structure, nullptr).bytes;
    }

    std::span<const Real> policy() const {
        return {at_.policy.parameters, static_cast<std::size_t>(structure_.policy_parameters())};
    }
    // Where a step's numbers go: structure.step_rows() rows, `stride()` apart; its action; and its
    // legal actions, null where all are legal. Steps count from the last update; those down to -15
    // may be written and mean nothing.
    Real* rows(std::int64_t step) { return at_.rows + step; }
    std::int64_t stride() const { return stride(structure_); }
    std::uint8_t* actions(std::int64_t step) { return at_.actions + step; }
    std::uint32_t* legal(std::int64_t step) {
        return at_.legal == nullptr ? nullptr : at_.legal + step;
    }
    // The value of what a lane sees after an episode that is bootstrapped.
    Real value_of(const Real* observation, int lane, ReinforceWorkspace<Real>& workspace) const;
    // Ends an episode of `length` steps; `bootstrap_value` is the return expected beyond it.
    // Returns whether an update is due.
    bool end_episode(std::int32_t length, Real bootstrap_value);
    // Learns from the episodes since the last update, all of whose steps have been written.
    void learn(ReinforceWorkspace<Real>& workspace);
    // Steps since the last update, including those of a resumed episode under way.
    std::int64_t pending_steps() const { return at_.counters->steps + at_.counters->under_way; }

    std::int64_t episodes() const { return at_.counters->episodes; }
    std::int64_t env_steps() const { return at_.counters->env_steps; }
    bool failed() const { return failed_; }

private:
    struct Network {
        Real *parameters = nullptr, *memory = nullptr;
        Real* powers = nullptr;  // of the optimizer
    };
    struct Counters {
        std::int64_t episodes, env_steps;      // so far
        std::int64_t steps, pending_episodes;  // since the last update; of complete episodes
        std::int64_t under_way;  // steps of an episode that had not ended when it was saved
    };
    // Where everything lies in the learner's memory; what matters between updates comes first.
    struct Arrays {
        Network policy, value;
        Counters* counters;
        std::size_t settled_bytes;
        std::int32_t* lengths;
        Real *bootstrap_value, *rows;
        std::uint32_t* legal = nullptr;
        std::uint8_t* actions;
        std::size_t bytes;
    };
    // There is space for sixteen steps between rows, before the first and after the last.
    static std::int64_t stride(const ReinforceStructure& structure) {
        return structure.steps + lane_count;
    }
    static Arrays lay_out(const ReinforceStructure& structure, std::byte* base);
    // Calls visit(array, elements) for what matters after the settled part, according to the
    // counters.
    void each_pending(auto&& visit);

    void descend(std::int64_t parameters, Network& net, const OptimizerSettings& settings,
                 const Real* gradient, ReinforceWorkspace<Real>& workspace);

    const NetworkKernels<Real>& kernels_;
    const ReinforceStructure& structure_;
    ReinforceSettings settings_;
    Arena memory_;
    Arrays at_;
    bool failed_ = false;
};

}  // namespace lockstep

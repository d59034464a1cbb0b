// A finite process packed into the tables that kernels step.
//
// Owns:      the memory of TransitionTables; the checks that a process is valid.
// Must not:  know where the process came from.
// Invariant: a packed process has been checked, so that kernels need no checks.
#pragma once

#include <memory>
#include <vector>

#include <lockstep/table_game.hpp>

namespace lockstep {

class FiniteModel {
public:
    // Throws ConfigError on probabilities that do not sum to 1 within 1e-9 or lie outside [0, 1],
    // rewards that are not finite, unknown states, states without a legal action, or counts out of
    // range.
    explicit FiniteModel(FiniteMdp mdp);
    FiniteModel(const FiniteModel&) = delete;
    FiniteModel& operator=(const FiniteModel&) = delete;

    const TransitionTables& view() const { return view_; }
    const FiniteMdp& mdp() const { return mdp_; }

private:
    void pack();

    FiniteMdp mdp_;
    std::vector<std::uint32_t> next_, threshold_, alias_, legal_;
    std::vector<std::uint64_t> next_and_reward_;
    std::vector<double> reward_f64_;
    TransitionTables view_{};
};

}  // namespace lockstep

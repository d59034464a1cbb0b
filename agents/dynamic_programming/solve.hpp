// Exact dynamic programming on a finite process (its first board), in double precision: the values
// of the best policy.
//
// Owns:      sweeps over all states.
// Must not:  draw random numbers, or know how learners learn.
// Invariant: sums go over outcomes in their order. An outcome that ends the episode contributes
//            only its reward; a reward with noise contributes its mean.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include <lockstep/table_game.hpp>

namespace lockstep {

struct QSolution {
    std::vector<double> q;  // [state][action]; -infinity where the action is illegal
    std::int64_t sweeps = 0;
    bool converged = false;  // of q_fixed_point
};

struct ValueSolution {
    std::vector<double> values;
    std::int64_t sweeps = 0;
    bool converged = false;  // no value changed by more than the tolerance in the last sweep
};

// `sweeps` synchronous sweeps from 0 (for legal actions), 0 <= gamma <= 1.
QSolution q_iteration(const FiniteMdp& mdp, double gamma, std::int64_t sweeps);

// Sweeps until no value changes by more than rounding does (2^-51 of the largest), until
// `max_sweeps` are done, or until a stop is requested. Continues from a given solution that ended
// early.
QSolution q_fixed_point(const FiniteMdp& mdp, double gamma, std::int64_t max_sweeps = 1'000'000,
                        QSolution from = {}, const std::stop_token& stop = {});

// Sweeps from 0 until no value changes by more than `tolerance`, or until either limit above.
ValueSolution value_iteration(const FiniteMdp& mdp, double gamma, double tolerance,
                              std::int64_t max_sweeps = 1'000'000, ValueSolution from = {},
                              const std::stop_token& stop = {});

// The Q-values that follow from the values of the states.
std::vector<double> q_backup(const FiniteMdp& mdp, double gamma, const std::vector<double>& values);

// For each state: the best action, the first among equals; and its value.
std::vector<std::int32_t> greedy_actions(std::span<const double> q, std::int64_t actions);
std::vector<double> best_values(std::span<const double> q, std::int64_t actions);

}  // namespace lockstep

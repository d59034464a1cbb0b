// The compiled tables that all worlds of an environment share, as the kernels see them.
//
// Must not:  own memory, emit code, or know what the tables were made from.
// Invariant: every index that a table holds lies within the tables.
#pragma once

#include <cstdint>

namespace lockstep {

// What is added to every reward: nothing, a standard normal, or a uniform number in [0, 1).
enum class Noise : std::int32_t { none, normal, uniform };

// A finite Markov decision process. Row r = board * states + state; pair p = r * actions + action.
// Each pair has `outcomes` slots, drawn by the alias method (Walker 1977): a slot equally likely,
// then itself below its threshold, else its alias.
struct TransitionTables {
    static constexpr std::uint32_t terminal_bit = 1U << 31U;
    static constexpr int mark_shift = 24;  // bits 24 to 30: the mark; bits 0 to 23: the state
    static constexpr std::int64_t max_states = 1 << 24;

    std::int32_t states, actions, outcomes;
    std::int32_t boards;                   // tables of the same shape, one after the other
    const std::uint32_t* next;             // [pair][slot]
    const std::uint64_t* next_and_reward;  // [pair][slot]: next, and a float above it
    const double* reward_f64;              // [pair][slot]
    const std::uint32_t* threshold;        // [pair][slot], of 2^32
    const std::uint32_t* alias;            // [pair][slot]
    const std::uint32_t* legal;            // [row]: bit a: action a is legal; null: all are
    const std::uint32_t* starts;       // states in which episodes begin, equally likely, by board
    const std::uint32_t* first_start;  // [board + 1]
    Noise noise;
    bool learns_terminal_moves;  // false: a move that ends an episode teaches nothing
    std::int32_t flags;          // from the environment's table compiler to its own kernel
};

}  // namespace lockstep

// A finite Markov decision process in plain form: what boards, toy-text games and files compile to.
//
// Owns:      the outcomes of every state and action, in double precision.
// Must not:  know lanes, or what the states stand for.
// Invariant: once checked, every legal pair's probabilities sum to 1 and every state exists.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <lockstep/kernels/contract/transition_tables.hpp>

namespace lockstep {

struct Outcome {
    double probability = 1;
    std::uint32_t next = 0;
    double reward = 0;
    bool terminated = false;
    std::uint8_t mark = 0;  // 0 to 127: how the environment's own kernel recognizes the cell
};

struct FiniteMdp {
    std::int64_t states = 0;
    std::int64_t actions = 0;  // 1 to 32
    std::int64_t boards = 1;   // processes of the same shape, one after the other

    // The outcomes of (board 0, state 0, action 0), then of action 1, and so on: pair p has the
    // outcomes from first[p] to before first[p + 1]. A pair without outcomes is an illegal action.
    std::vector<Outcome> outcomes;
    std::vector<std::uint32_t> first = {0};

    // States in which episodes begin, equally likely: board b has those from first_start[b] on.
    std::vector<std::uint32_t> starts;
    std::vector<std::uint32_t> first_start = {0};

    Noise noise = Noise::none;
    bool learns_terminal_moves = true;
    std::int32_t flags = 0;                 // for the environment's own kernel, if it has one
    std::vector<std::string> picture = {};  // rows of the boards, one board after the other

    // Builders, in order: add() the outcomes of a pair, close_pair(); add_start()s, close_board().
    void add(const Outcome& outcome) { outcomes.push_back(outcome); }
    void close_pair() { first.push_back(static_cast<std::uint32_t>(outcomes.size())); }
    void add_start(std::int64_t state) { starts.push_back(static_cast<std::uint32_t>(state)); }
    void close_board() { first_start.push_back(static_cast<std::uint32_t>(starts.size())); }

    double mean_noise() const { return noise == Noise::uniform ? 0.5 : 0; }

    // The outcomes on board 0, unless `row` is board * states + state.
    std::span<const Outcome> of(std::int64_t row, std::int64_t action) const {
        const auto pair = static_cast<std::size_t>(row * actions + action);
        return {outcomes.data() + first[pair], outcomes.data() + first[pair + 1]};
    }
    bool legal(std::int64_t row, std::int64_t action) const { return !of(row, action).empty(); }
};

}  // namespace lockstep

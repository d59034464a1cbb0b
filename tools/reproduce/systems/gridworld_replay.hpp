// "Peter and the Wolf" (Recohut's reinforcement learning tutorial after Microsoft's), executed from
// the first cell to the last on Python's stream: its seed 13 makes the board and then determines
// everything else.
//
// Must not:  be used to learn a gridworld: it keeps the tutorial's defects, and may never end with
//            another seed.
// Invariant: draws are made and numbers are rounded in the order of the tutorial's program, so that
//            every figure it prints comes out; exp is the C library's, as NumPy's was.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/finite/board.hpp"

namespace lockstep {

struct GridLearning {
    std::vector<std::array<double, 4>> q;  // of cell y * width + x: up, down, left, right
    std::vector<std::int64_t> steps;       // of each epoch
    std::int64_t updates = 0;
};

// Section 1: reach an apple, keep away from the wolf.
struct ApplesReplay {
    struct Walks {
        double mean_path;  // of the walks that reached an apple
        int eaten;
    };
    Board board;
    int random_walk;  // steps to the apple; -1: eaten
    Walks random_walks;
    GridLearning learning;
    int greedy_walk;
    Walks learnt_walks;
};
ApplesReplay replay_apples();

// Section 2: beat the wolf, with energy and fatigue.
struct WolfReplay {
    struct Walks {
        int killed, won, drowned;
    };
    Board board;
    int random_walk;  // steps to the victory; negative: to the defeat; 0: drowned
    Walks random_walks;
    GridLearning learning;
    Walks learnt_walks;
};
WolfReplay replay_wolf();

// The training of section 2 on the same board, but with the random numbers of random.seed(seed).
GridLearning replay_wolf_learning(std::uint32_t seed);

}  // namespace lockstep

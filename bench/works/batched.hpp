// The batched actor-critic as a piece of work, and its products alone as the bound.
//
// Must not:  read a clock.
// Invariant: the bound does exactly the products of a forward and a backward pass for every step.
#pragma once

#include "bench/works/work.hpp"

namespace lockstep {

// 4-64-64 (of CartPole's inputs) with both heads, `worlds` worlds, one pass over each rollout.
Work batched_work(const TrainConfig& config, std::int64_t worlds, std::string name);

}  // namespace lockstep

// The batched actor-critic as a piece of work, with its matrix products alone as the bound.
//
// Must not:  read a clock.
// Invariant: the bound does exactly the products of one forward and one backward pass per step.
#pragma once

#include "bench/works/work.hpp"

namespace lockstep {

// 4-64-64 on CartPole's inputs, with both heads and `worlds` worlds; one pass over each rollout.
Work batched_work(const TrainConfig& config, std::int64_t worlds, std::string name);

}  // namespace lockstep

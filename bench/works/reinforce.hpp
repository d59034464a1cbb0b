// REINFORCE as a piece of work, and the machine's fused multiply-adds as the bound.
//
// Must not:  read a clock.
// Invariant: the bound counts only the arithmetic that the algorithm needs.
#pragma once

#include "bench/works/work.hpp"

namespace lockstep {

// Learners of the tutorial's 4-10-10-1 (of CartPole's inputs) that learn for a thousand episodes;
// sixty without vectors, since that takes as long.
Work reinforce_work(const WorkConfig& config, const TrainConfig& train, std::string name);

}  // namespace lockstep

// REINFORCE as a piece of work, with the machine's peak of fused multiply-adds as the bound.
//
// Must not:  read a clock.
// Invariant: the bound counts only the arithmetic that the algorithm needs.
#pragma once

#include "bench/works/work.hpp"

namespace lockstep {

// Learners of the tutorial's 4-10-10-1 on CartPole's inputs, for a thousand episodes; sixty without
// vectors, which takes as long.
Work reinforce_work(const WorkConfig& config, const TrainConfig& train, std::string name);

}  // namespace lockstep

// The pieces of work that an environment offers.
//
// Must not:  read a clock.
// Invariant: works of the same configuration always come in the same order.
#pragma once

#include "bench/works/work.hpp"

namespace lockstep {

// Every work of the configured environment. Throws ConfigError as VectorEnv does.
std::vector<Work> works(const WorkConfig& config);

// The environment's arithmetic alone, in registers, on every thread at once: the ceiling for the
// other works. `run` is empty where the environment has no such kernel.
Work ceiling_work(const WorkConfig& config);

// Fused multiply-adds, counted as steps, on every thread at once.
Work fma_peak_work(const WorkConfig& config);

}  // namespace lockstep

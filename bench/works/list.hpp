// The pieces of work that there are for an environment.
//
// Must not:  read a clock.
// Invariant: works of the same configuration come in the same order.
#pragma once

#include "bench/works/work.hpp"

namespace lockstep {

// Every work of the environment in this configuration. Throws ConfigError as VectorEnv does.
std::vector<Work> works(const WorkConfig& config);

// The environment's arithmetic alone, in registers, on every thread at once: what other works are
// measured against. Empty `run` where the environment has no such kernel.
Work ceiling_work(const WorkConfig& config);

// Fused multiply-adds, counted as steps, on every thread at once.
Work fma_peak_work(const WorkConfig& config);

}  // namespace lockstep

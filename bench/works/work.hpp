// A piece of work to be timed: a fixed number of steps, and a hash of the result.
//
// Must not:  read a clock.
// Invariant: a work of the same configuration gives the same hash at every run, on every
//            instruction set and any number of threads; one that does not is void.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <lockstep/agent.hpp>

namespace lockstep {

struct WorkConfig {
    std::string env;  // an environment's id
    std::int64_t num_envs = 4096;
    int threads = 1;
    Isa isa = Isa::scalar;
    Precision precision = Precision::f32;
    std::uint64_t seed = 0;
};

struct Work {
    std::string name;  // environment/work, as in `cartpole/step`
    std::function<std::int64_t()>
        run;  // does all of it from the start; returns the steps that count
    std::function<std::uint64_t()> hash;  // of the last run's result
    // The fastest that this work could be, over as many steps; empty: the environment's ceiling.
    std::function<std::int64_t()> bound = {};
    // The bits are the same for any number of threads, but on one instruction set only.
    bool one_isa = false;
};

}  // namespace lockstep

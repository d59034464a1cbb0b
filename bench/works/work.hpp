// A piece of work that is timed: a fixed amount of steps, and a hash of what came out.
//
// Must not:  read a clock.
// Invariant: a work of the same configuration gives the same hash at every run, on every
// instruction
//            set and any number of threads; one that does not is void.
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
        run;  // does all of it from the beginning; returns steps that count
    std::function<std::uint64_t()> hash;  // of what the last run left
    // What it cannot be faster than, and returns as many steps; empty: the environment's ceiling.
    std::function<std::int64_t()> bound = {};
    // Same bits for any number of threads on one instruction set only.
    bool one_isa = false;
};

}  // namespace lockstep

// The throughput harness behind `lockstep bench`.
//
// Owns:      the clock, the interleaving of works with their ceiling, medians, and the check of
//            hashes.
// Must not:  print.
// Invariant: a ratio compares runs that follow one another within milliseconds, since a shared
//            machine's speed drifts by tens of per cent; a row whose hash differs from the scalar
//            one-thread run of the same work is marked void (where a work promises its bits on one
//            instruction set only: from the one-thread run on that set).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <lockstep/bench/works/work.hpp>

namespace lockstep {

struct BenchConfig {
    std::optional<std::string> env = {};  // an id; absent: all environments
    std::int64_t num_envs = 4096;
    int threads = 1;
    std::optional<Isa> isa = {};
    Precision precision = Precision::f32;
    double seconds = 1;  // per row, roughly; 0: each runs once, for its hash
    std::uint64_t seed = 0;
};

struct BenchRow {
    std::string name;
    Isa isa;
    int threads;
    std::int64_t num_envs;
    Precision precision;
    double steps_per_s;          // median over runs
    double spread;               // (90th - 10th percentile) / median
    double ceiling_steps_per_s;  // median; 0 without a ceiling
    double ratio_to_ceiling;     // median of the ratios run by run; 0 without one
    double speedup;              // over one thread, median run by run; 1 with one thread
    std::uint64_t hash;
    bool valid;
};

// Throws ConfigError on unknown names and on counts out of range.
std::vector<BenchRow> bench(const BenchConfig& config);

}  // namespace lockstep

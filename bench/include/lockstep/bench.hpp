// The throughput harness: how many steps a second each kernel makes, beside its ceiling.
//
// Must not:  print.
// Invariant: a row whose hash is not that of the scalar code on one thread is not valid.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <lockstep/isa.hpp>
#include <lockstep/train.hpp>

namespace lockstep::bench {

struct Config {
    std::optional<std::string> env = {};  // an id; all environments where absent
    std::int64_t num_envs = 4096;
    int threads = 1;
    std::optional<Isa> isa = {};
    Precision precision = Precision::f32;
    double seconds = 1;  // per row, roughly; 0: each runs once, for its hash
    std::uint64_t seed = 0;
};

struct Row {
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

    std::string text() const;  // in a line
};

// Throws ConfigError on unknown names and counts out of range.
std::vector<Row> run(const Config& config = {});

}  // namespace lockstep::bench

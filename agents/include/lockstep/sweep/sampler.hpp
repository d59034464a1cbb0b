// The interface of everything that proposes configurations.
//
// Must not:  know what a configuration is of, or how trials are run.
// Invariant: the proposals of a generation are a pure function of space, seed, and the results of
//            the generations before it, in trial-id order; the same bits on every machine. No
//            configuration is proposed twice, or after it was given, while the constraints allow
//            one that is new.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <lockstep/sweep/space.hpp>

namespace lockstep::sweep {

// The trials that are proposed at once: ids first, first + 1, ... The first `given` of them were
// not proposed by the sampler, but given by its caller.
struct Generation {
    std::int64_t number = 0, first = 0, count = 0, given = 0;
};

// What is known when a generation is proposed: every trial before it. What was shown once never
// changes.
struct Observations {
    std::span<const double> units;       // [trial][dimension], as Space::units gives them
    std::span<const double> losses;      // [trial], lower is better; infinite if it failed
    std::span<const Generation> before;  // generation 0, 1, ...
};

class Sampler {
public:
    virtual ~Sampler() = default;

    // The most configurations that it proposes: a grid's points, including those that break a
    // constraint; else the configurations that the constraints allow, if these can be counted, or
    // no limit.
    virtual std::int64_t limit() const { return std::numeric_limits<std::int64_t>::max(); }
    // Whether results change what it proposes.
    virtual bool learns() const = 0;
    // Writes [trial][dimension] points of the unit cube for the generation after `seen.before`,
    // after the given ones, which are already in `units`, NaN where a parameter has no value.
    // Returns how many trials the generation then has: fewer than asked for if no other
    // configuration is left. The generations that this object proposed earlier affect only its
    // speed. A smaller generation begins with the same points, except the first of cma-es.
    virtual std::int64_t propose(const Observations& seen, const Generation& generation,
                                 std::span<double> units) = 0;
};

struct SamplerConfig {
    std::uint64_t seed = 0;
    std::int64_t trials = 0;      // of the whole study
    int threads = 1;              // change only the time
    std::int64_t generation = 0;  // size of its first generation; 0: not known yet
    // [row][dimension], best first, NaN where there is no value: what was already known. Must
    // outlive the sampler, which uses it if it learns.
    std::span<const double> prior = {};
};

// Makes a sampler of the space, which outlives it; throws ConfigError where it cannot search it.
using SamplerMaker =
    std::function<std::unique_ptr<Sampler>(const Space& space, const SamplerConfig& config)>;

// Makes a sampler known to studies, under a name: before anything is run, since it is not for
// several threads at once. Throws ConfigError where the name is taken.
void register_sampler(std::string name, SamplerMaker make);

}  // namespace lockstep::sweep

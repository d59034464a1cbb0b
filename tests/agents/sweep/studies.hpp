// Studies without a store: a sampler's generations, scored by a function.
//
// Must not:  know how samplers work.
// Invariant: a sampler receives what a study would give it: points as Space::units returns them.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <lockstep/sweep/sampler.hpp>

#include "agents/sweep/samplers/registry.hpp"
#include "engine/memory/hash.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"

namespace lockstep::sweep::test {

// All samplers except the grid.
inline constexpr std::string_view searching[] = {"random", "sobol", "tpe", "cma-es"};

using Loss = std::function<double(std::span<const double> values)>;

inline SearchParameter uniform(const std::string& name, double low, double high) {
    SearchParameter p;
    p.name = name, p.low = low, p.high = high;
    return p;
}
inline SearchParameter scaled(const std::string& name, Scale scale, double low, double high) {
    SearchParameter p = uniform(name, low, high);
    p.scale = scale;
    return p;
}
inline SearchParameter stepped(const std::string& name, double low, double high, double step) {
    SearchParameter p = uniform(name, low, high);
    p.step = step;
    return p;
}
inline SearchParameter log_integer(const std::string& name, double low, double high) {
    SearchParameter p = scaled(name, Scale::integer, low, high);
    p.log = true;
    return p;
}
inline SearchParameter choice(const std::string& name, std::vector<std::string> choices) {
    SearchParameter p = scaled(name, Scale::choice, 0, 0);
    p.choices = std::move(choices);
    return p;
}
inline SearchParameter below(SearchParameter p, int parent, std::vector<double> values) {
    p.parent = parent, p.parent_values = std::move(values);
    return p;
}

// The message of the refusal of a space with these parameters, or "none".
inline std::string space_fault(const std::vector<SearchParameter>& parameters,
                               const std::vector<std::string>& constraints = {}) {
    return lockstep::test::fault_of([&] { Space(parameters, constraints); });
}

inline Space box(int dimensions, double low, double high) {
    std::vector<SearchParameter> parameters;
    for (int i = 0; i < dimensions; ++i)
        parameters.push_back(uniform("x" + std::to_string(i), low, high));
    return Space(parameters, {});
}

// Every scale, a parameter that not every trial has, and a constraint.
inline Space mixed_space() {
    return Space({scaled("rate", Scale::log, 1e-5, 1), scaled("layers", Scale::integer, 1, 64),
                  choice("kind", {"a", "b", "c", "d"}), scaled("gamma", Scale::logit, 0.5, 0.9999),
                  scaled("width", Scale::pow2, 8, 256), below(uniform("beta", 0, 1), 2, {1, 2})},
                 {"layers * width <= 4096"});
}
// No logarithms, so that the bits are the same everywhere.
inline double mixed_loss(std::span<const double> v) {
    const double beta = v[2] == 2 ? v[5] - 0.7 : v[2] == 1 ? v[5] : 1.5;
    const double layers = v[1] / 64 - 0.3;
    return (v[0] - 0.03) * (v[0] - 0.03) + layers * layers + beta * beta + 1 - v[3] + 8 / v[4];
}

struct Study {
    std::vector<double> proposed;  // [trial][dimension]
    std::vector<double> units, losses;
    std::vector<Generation> before;

    Observations seen() const { return {units, losses, before}; }
    std::uint64_t hash() const {
        Hash hash;
        hash.add(std::span<const double>(proposed));
        return hash.value();
    }
    double best() const { return *std::ranges::min_element(losses); }
};

inline std::vector<double> propose(Sampler& sampler, const Space& space, const Observations& seen,
                                   const Generation& generation) {
    std::vector<double> units(static_cast<std::size_t>(generation.count * space.size()), -1.0);
    units.resize(static_cast<std::size_t>(sampler.propose(seen, generation, units) * space.size()));
    return units;
}

inline void score(Study& study, const Space& space, const std::vector<double>& proposed,
                  const Generation& generation, const Loss& loss) {
    const auto size = static_cast<std::size_t>(space.size());
    std::vector<double> values(size), units(size);
    for (std::size_t t = 0; t < static_cast<std::size_t>(generation.count); ++t) {
        space.values(std::span(proposed).subspan(t * size, size), values);
        space.units(values, units);
        study.units.insert(study.units.end(), units.begin(), units.end());
        study.losses.push_back(loss(values));
    }
    study.proposed.insert(study.proposed.end(), proposed.begin(), proposed.end());
    study.before.push_back(generation);
}

inline Study run_study(std::string_view name, const Space& space, const SamplerConfig& config,
                       std::int64_t generation_size, const Loss& loss) {
    const std::unique_ptr<Sampler> sampler = make_sampler(name, space, config);
    Study study;
    for (std::int64_t t = 0; t < config.trials; t += generation_size) {
        Generation generation{std::ssize(study.before), t,
                              std::min(generation_size, config.trials - t)};
        const std::vector<double> units = propose(*sampler, space, study.seen(), generation);
        const std::int64_t proposed = std::ssize(units) / space.size();
        const bool exhausted = proposed < generation.count;
        generation.count = proposed;
        if (proposed > 0) score(study, space, units, generation, loss);
        if (exhausted) break;
    }
    return study;
}

}  // namespace lockstep::sweep::test

// The list of samplers, by name.
//
// Must not:  be known to a sampler.
// Invariant: a name means one sampler.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include <lockstep/sweep/sampler.hpp>

namespace lockstep::sweep {

// "grid", "random", "sobol", "tpe", "cma-es", and those that were registered.
std::vector<std::string_view> sampler_names();

// Throws ConfigError for an unknown name, with the nearest, and for a space that the sampler cannot
// search: a grid over a continuous parameter without points, or of more than 10^9 points (their
// number is reported). The space must outlive the sampler.
std::unique_ptr<Sampler> make_sampler(std::string_view name, const Space& space,
                                      const SamplerConfig& config);

}  // namespace lockstep::sweep

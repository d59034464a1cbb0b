// Uniform draws, from which other samplers start.
//
// Must not:  know a sampler that starts from it.
// Invariant: no trial is proposed twice while the space has another.
#pragma once

#include <lockstep/sweep/sampler.hpp>

namespace lockstep::sweep {

std::unique_ptr<Sampler> make_random(const Space& space, const SamplerConfig& config);

}  // namespace lockstep::sweep

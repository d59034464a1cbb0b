// The samplers by name: each file of this folder makes one.
//
// Must not:  be used except by make_sampler and tests.
// Invariant: a sampler draws all its numbers from ProposalDraws, or scrambles by numbers from
//            there.
#pragma once

#include <lockstep/sweep/sampler.hpp>

namespace lockstep::sweep {

std::unique_ptr<Sampler> make_grid(const Space&, const SamplerConfig&);
std::unique_ptr<Sampler> make_random(const Space&, const SamplerConfig&);
std::unique_ptr<Sampler> make_sobol(const Space&, const SamplerConfig&);
std::unique_ptr<Sampler> make_tpe(const Space&, const SamplerConfig&);
std::unique_ptr<Sampler> make_cma_es(const Space&, const SamplerConfig&);

}  // namespace lockstep::sweep

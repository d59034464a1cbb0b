
#include "agents/sweep/samplers/registry.hpp"

#include <algorithm>
#include <deque>
#include <string>

#include <lockstep/error.hpp>

namespace lockstep::sweep {

// Each function make_NAME() is defined in a file of its own.
#define LOCKSTEP_SAMPLERS(SAMPLER) \
    SAMPLER("grid", grid)          \
    SAMPLER("random", random)      \
    SAMPLER("sobol", sobol)        \
    SAMPLER("tpe", tpe)            \
    SAMPLER("cma-es", cma_es)

#define LOCKSTEP_DECLARE(WORD, NAME) \
    std::unique_ptr<Sampler> make_##NAME(const Space&, const SamplerConfig&);
LOCKSTEP_SAMPLERS(LOCKSTEP_DECLARE)
#undef LOCKSTEP_DECLARE

namespace {

struct NamedSampler {
    std::string name;
    SamplerMaker make;
};

std::deque<NamedSampler>& known_samplers() {
#define LOCKSTEP_ENTRY(WORD, NAME) {WORD, make_##NAME},
    static std::deque<NamedSampler> all{LOCKSTEP_SAMPLERS(LOCKSTEP_ENTRY)};
#undef LOCKSTEP_ENTRY
    return all;
}

}  // namespace

std::vector<std::string_view> sampler_names() {
    std::vector<std::string_view> names;
    for (const NamedSampler& sampler : known_samplers()) names.emplace_back(sampler.name);
    return names;
}

void register_sampler(std::string name, SamplerMaker make) {
    if (std::ranges::count(known_samplers(), name, &NamedSampler::name) > 0)
        throw ConfigError("sampler '" + name + "': it is registered already");
    known_samplers().push_back({std::move(name), std::move(make)});
}

std::unique_ptr<Sampler> make_sampler(std::string_view name, const Space& space,
                                      const SamplerConfig& config) {
    const auto found = std::ranges::find(known_samplers(), name, &NamedSampler::name);
    if (found == known_samplers().end())
        throw ConfigError(unknown_name("sampler", name, sampler_names()));
    return found->make(space, config);
}

}  // namespace lockstep::sweep

#include <lockstep/agents/sweep/samplers/registry.hpp>

#include <algorithm>
#include <array>

#include <lockstep/agents/sweep/samplers/samplers.hpp>
#include <lockstep/engine/text/error.hpp>

namespace lockstep::sweep {
namespace {

constexpr std::array<std::string_view, 5> names{"grid", "random", "sobol", "tpe", "cma-es"};

}  // namespace

std::span<const std::string_view> sampler_names() { return names; }

std::unique_ptr<Sampler> make_sampler(std::string_view name, const Space& space,
                                      const SamplerConfig& config) {
    static constexpr decltype(&make_grid) makers[names.size()] = {
        make_grid, make_random, make_sobol, make_tpe, make_cma_es};
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) throw ConfigError(unknown_name("sampler", name, names));
    return makers[found - names.begin()](space, config);
}

}  // namespace lockstep::sweep

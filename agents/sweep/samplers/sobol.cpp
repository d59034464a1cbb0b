// Sobol's sequence, scrambled: trial i is its point i, so that the first 2^m trials are a net. A
// point that breaks a constraint is kept: drawing it anew would tear the net. Where configurations
// can be counted, nets are useful only until these are exhausted, so a point that breaks a
// constraint or occurred before is drawn anew.

#include <boost/random/sobol.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <lockstep/error.hpp>
#include <lockstep/sweep/sampler.hpp>

#include "agents/sweep/samplers/distinct.hpp"
#include "agents/sweep/samplers/proposal_draws.hpp"
#include "agents/sweep/samplers/scramble.hpp"

namespace lockstep::sweep {
namespace {

using Engine = boost::random::sobol_engine<std::uint32_t, 32>;
constexpr int max_dimensions = boost::random::default_sobol_table::max_dimension;
constexpr std::int64_t max_points = std::int64_t{1} << 32;

class Sobol final : public Sampler {
public:
    Sobol(const Space& space, const SamplerConfig& config)
        : engine_(static_cast<std::size_t>(space.size())),
          seeds_(engine_.dimension()),
          distinct_(space, config.seed) {
        std::vector<double> rows(seeds_.size() * draws_at_once);
        ProposalDraws(config.seed).of_trials(0, 0, rows);
        for (std::size_t d = 0; d < seeds_.size(); ++d)
            seeds_[d] = static_cast<std::uint32_t>(rows[d * draws_at_once] * 0x1p32);
    }

    std::int64_t limit() const override { return std::min(max_points, distinct_.limit()); }
    bool learns() const override { return false; }

    std::int64_t propose(const Observations& seen, const Generation& generation,
                         std::span<double> units) override {
        distinct_.begin(seen, generation, units);
        const std::int64_t first = generation.first + generation.given;
        // Boost leaves out the sequence's first point, the origin; a net needs it.
        engine_.seed(static_cast<std::uint32_t>(std::max<std::int64_t>(first, 1) - 1));
        for (std::int64_t t = generation.given; t < generation.count; ++t) {
            const std::int64_t trial = generation.first + t;
            const auto point =
                units.subspan(static_cast<std::size_t>(t) * seeds_.size(), seeds_.size());
            for (std::size_t d = 0; d < point.size(); ++d)
                point[d] = unit(trial == 0 ? 0 : engine_(), d);
            const bool kept = !distinct_.countable() || distinct_.take(point);
            if (!kept && !distinct_.replace(trial, point)) return t;
        }
        return generation.count;
    }

private:
    // The middle of the fraction's interval.
    double unit(std::uint32_t fraction, std::size_t dimension) const {
        return (scrambled(fraction, seeds_[dimension]) + 0.5) * 0x1p-32;
    }

    Engine engine_;
    std::vector<std::uint32_t> seeds_;
    Distinct distinct_;
};

}  // namespace

std::unique_ptr<Sampler> make_sobol(const Space& space, const SamplerConfig& config) {
    if (space.size() < 1 || space.size() > max_dimensions)
        throw ConfigError("sampler sobol: " + std::to_string(space.size()) +
                          " parameters: allowed 1 to " + std::to_string(max_dimensions));
    return std::make_unique<Sobol>(space, config);
}

}  // namespace lockstep::sweep

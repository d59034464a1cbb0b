// Sobol's sequence, scrambled: trial i is its point i, so that the first 2^m trials are a net. A
// point that breaks a constraint is left so: drawing it anew would tear the net.

#include <boost/random/sobol.hpp>

#include <string>
#include <vector>

#include <lockstep/agents/sweep/samplers/proposal_draws.hpp>
#include <lockstep/agents/sweep/samplers/samplers.hpp>
#include <lockstep/agents/sweep/samplers/scramble.hpp>
#include <lockstep/engine/error.hpp>

namespace lockstep::sweep {
namespace {

using Engine = boost::random::sobol_engine<std::uint32_t, 32>;
constexpr int most_dimensions = boost::random::default_sobol_table::max_dimension;
constexpr std::int64_t most_points = std::int64_t{1} << 32;

class Sobol final : public Sampler {
public:
    Sobol(const Space& space, const SamplerConfig& config)
        : engine_(static_cast<std::size_t>(space.size())), seeds_(engine_.dimension()) {
        std::vector<double> rows(seeds_.size() * draws_at_once);
        ProposalDraws(config.seed).of_trials(0, 0, rows);
        for (std::size_t d = 0; d < seeds_.size(); ++d)
            seeds_[d] = static_cast<std::uint32_t>(rows[d * draws_at_once] * 0x1p32);
    }

    std::int64_t limit() const override { return most_points; }
    bool learns() const override { return false; }

    void propose(const Observations&, const Generation& generation,
                 std::span<double> units) override {
        std::size_t at = 0;
        // Boost leaves out the sequence's first point, the origin; a net needs it.
        if (generation.first == 0)
            for (; at < seeds_.size(); ++at) units[at] = unit(0, at);
        engine_.seed(static_cast<std::uint32_t>(std::max<std::int64_t>(generation.first, 1) - 1));
        for (; at < units.size(); ++at) units[at] = unit(engine_(), at % seeds_.size());
    }

private:
    // The middle of the fraction's interval.
    double unit(std::uint32_t fraction, std::size_t dimension) const {
        return (scrambled(fraction, seeds_[dimension]) + 0.5) * 0x1p-32;
    }

    Engine engine_;
    std::vector<std::uint32_t> seeds_;
};

}  // namespace

std::unique_ptr<Sampler> make_sobol(const Space& space, const SamplerConfig& config) {
    if (space.size() < 1 || space.size() > most_dimensions)
        throw ConfigError("sampler sobol: " + std::to_string(space.size()) +
                          " parameters: allowed 1 to " + std::to_string(most_dimensions));
    return std::make_unique<Sobol>(space, config);
}

}  // namespace lockstep::sweep

// Every trial is drawn by itself, uniformly; one that breaks a constraint or occurred before is
// drawn anew.

#include "agents/sweep/samplers/random.hpp"

#include <vector>

#include "agents/sweep/samplers/distinct.hpp"
#include "agents/sweep/samplers/proposal_draws.hpp"

namespace lockstep::sweep {
namespace {

class Random final : public Sampler {
public:
    Random(const Space& space, const SamplerConfig& config)
        : size_(static_cast<std::size_t>(space.size())),
          draws_(config.seed),
          distinct_(space, config.seed),
          rows_(size_ * draws_at_once) {}

    std::int64_t limit() const override { return distinct_.limit(); }
    bool learns() const override { return false; }

    std::int64_t propose(const Observations& seen, const Generation& generation,
                         std::span<double> units) override {
        distinct_.begin(seen, generation, units);
        for (std::int64_t t = generation.given; t < generation.count; ++t) {
            const std::int64_t column = (t - generation.given) % draws_at_once;
            if (column == 0) draws_.of_trials(generation.first + t, 0, rows_);
            const auto point = units.subspan(static_cast<std::size_t>(t) * size_, size_);
            for (std::size_t d = 0; d < size_; ++d)
                point[d] = rows_[d * draws_at_once + static_cast<std::size_t>(column)];
            if (!distinct_.take(point) && !distinct_.replace(generation.first + t, point)) return t;
        }
        return generation.count;
    }

private:
    const std::size_t size_;
    const ProposalDraws draws_;
    Distinct distinct_;
    std::vector<double> rows_;
};

}  // namespace

std::unique_ptr<Sampler> make_random(const Space& space, const SamplerConfig& config) {
    return std::make_unique<Random>(space, config);
}

}  // namespace lockstep::sweep

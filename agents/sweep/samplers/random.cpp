// Every trial for itself, equally likely everywhere; one that breaks a constraint is drawn anew.

#include <vector>

#include <lockstep/agents/sweep/samplers/feasible.hpp>
#include <lockstep/agents/sweep/samplers/proposal_draws.hpp>
#include <lockstep/agents/sweep/samplers/samplers.hpp>

namespace lockstep::sweep {
namespace {

class Random final : public Sampler {
public:
    Random(const Space& space, const SamplerConfig& config)
        : space_(space),
          draws_(config.seed),
          rows_(static_cast<std::size_t>(space.size() * draws_at_once)) {}

    bool learns() const override { return false; }

    void propose(const Observations&, const Generation& generation,
                 std::span<double> units) override {
        for (std::int64_t t = 0; t < generation.count; t += draws_at_once) {
            const auto count = std::min<std::int64_t>(draws_at_once, generation.count - t);
            const auto size = static_cast<std::size_t>(space_.size());
            const auto begin = static_cast<std::size_t>(t) * size;
            block(generation.first + t,
                  units.subspan(begin, static_cast<std::size_t>(count) * size));
        }
    }

private:
    // Of up to sixteen trials.
    void block(std::int64_t first, std::span<double> units) {
        const auto size = static_cast<std::size_t>(space_.size());
        std::uint32_t missing = (1U << (size == 0 ? 0 : units.size() / size)) - 1;
        for (int attempt = 0; missing != 0 && attempt < most_attempts; ++attempt) {
            draws_.of_trials(first, attempt, rows_);
            for (std::uint32_t left = missing; left != 0; left &= left - 1) {
                const auto trial = static_cast<std::size_t>(__builtin_ctz(left));
                const auto point = units.subspan(trial * size, size);
                for (std::size_t d = 0; d < size; ++d) point[d] = rows_[d * draws_at_once + trial];
                if (feasible(space_, point)) missing &= ~(1U << trial);
            }
        }
    }

    const Space& space_;
    ProposalDraws draws_;
    std::vector<double> rows_;
};

}  // namespace

std::unique_ptr<Sampler> make_random(const Space& space, const SamplerConfig& config) {
    return std::make_unique<Random>(space, config);
}

}  // namespace lockstep::sweep

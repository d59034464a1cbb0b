// CMA-ES in the unit cube, a generation of the study being one of its own.
//
// Bounds: steps may leave the cube, and what is proposed is their mirror image in it; the
// distribution itself knows no bounds. Discrete parameters are tried by the cell where a coordinate
// lies, with a margin (after Hamano et al. 2022): its deviation is stretched until the next cell
// has a chance. A distribution that has collapsed begins anew elsewhere.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include <lockstep/agents/sweep/samplers/cma_distribution.hpp>
#include <lockstep/agents/sweep/samplers/feasible.hpp>
#include <lockstep/agents/sweep/samplers/proposal_draws.hpp>
#include <lockstep/agents/sweep/samplers/samplers.hpp>
#include <lockstep/engine/error.hpp>

namespace lockstep::sweep {
namespace {

constexpr std::int64_t least_population = 4;
constexpr double first_sigma = 0.2;
constexpr double collapsed_length = 1e-6, collapsed_ratio = 1e7;
constexpr int restart_draw = most_attempts;  // those before it are the steps'

double mirrored(double x) {
    const double y = x - 2 * std::floor(x / 2);
    return y > 1 ? 2 - y : y;
}

class CmaEs final : public Sampler {
public:
    CmaEs(const Space& space, const SamplerConfig& config)
        : space_(space), draws_(config.seed), size_(static_cast<std::size_t>(space.size())) {
        begin();
    }

    bool learns() const override { return true; }

    void propose(const Observations& seen, const Generation& generation,
                 std::span<double> units) override {
        if (seen.before.size() < folded_) begin();
        for (; folded_ < seen.before.size(); ++folded_) fold(seen.before[folded_], seen.losses);
        std::vector<double> steps(units.size());
        sample(generation, steps, units);
    }

private:
    void begin() {
        folded_ = 0;
        distribution_ = CmaDistribution(std::vector<double>(size_, 0.5), first_sigma);
    }
    void sample(const Generation& generation, std::span<double> steps,
                std::span<double> units) const;
    void sample_block(std::int64_t first, std::span<const double> stretch, std::span<double> steps,
                      std::span<double> units) const;
    std::vector<double> margins(std::int64_t population) const;
    void fold(const Generation& generation, std::span<const double> losses);
    void restart_if_collapsed(std::int64_t next_trial);

    const Space& space_;
    ProposalDraws draws_;
    std::size_t size_;
    std::optional<CmaDistribution> distribution_;
    std::size_t folded_ = 0;  // generations
};

void CmaEs::sample(const Generation& generation, std::span<double> steps,
                   std::span<double> units) const {
    const std::vector<double> stretch = margins(generation.count);
    for (std::int64_t t = 0; t < generation.count; t += draws_at_once) {
        const auto count = std::min<std::int64_t>(draws_at_once, generation.count - t);
        const auto begin = static_cast<std::size_t>(t) * size_;
        const auto length = static_cast<std::size_t>(count) * size_;
        sample_block(generation.first + t, stretch, steps.subspan(begin, length),
                     units.subspan(begin, length));
    }
}

// Up to sixteen trials; those that break a constraint are drawn anew.
void CmaEs::sample_block(std::int64_t first, std::span<const double> stretch,
                         std::span<double> steps, std::span<double> units) const {
    std::vector<double> rows(size_ * draws_at_once), normals(size_);
    std::uint32_t missing = (1U << (units.size() / size_)) - 1;
    for (int attempt = 0; missing != 0 && attempt < most_attempts; ++attempt) {
        draws_.of_trials(first, attempt, rows);
        draws_.kernels().quantiles(rows.data(), static_cast<int>(rows.size()));
        for (std::uint32_t left = missing; left != 0; left &= left - 1) {
            const auto trial = static_cast<std::size_t>(__builtin_ctz(left));
            const auto step = steps.subspan(trial * size_, size_);
            const auto point = units.subspan(trial * size_, size_);
            for (std::size_t d = 0; d < size_; ++d) normals[d] = rows[d * draws_at_once + trial];
            distribution_->step(normals, step);
            for (std::size_t d = 0; d < size_; ++d)
                point[d] = mirrored(distribution_->mean()[d] +
                                    distribution_->sigma() * stretch[d] * step[d]);
            if (feasible(space_, point)) missing &= ~(1U << trial);
        }
    }
}

// By how much each coordinate is stretched, so that one in a population leaves its cell, of each
// dimension once on average.
std::vector<double> CmaEs::margins(std::int64_t population) const {
    double reach[draws_at_once] = {
        1 - 1 / static_cast<double>(population * static_cast<std::int64_t>(size_) + 1)};
    draws_.kernels().quantiles(reach, draws_at_once);
    std::vector<double> stretch(size_, 1.0);
    for (std::size_t d = 0; d < size_; ++d) {
        const SearchParameter& p = space_[static_cast<int>(d)];
        if (!p.discrete() || p.levels() == 1) continue;
        const std::int64_t levels = p.levels();
        const double at = mirrored(distribution_->mean()[d]) * static_cast<double>(levels);
        const auto border = std::clamp(std::floor(at + 0.5), 1.0, static_cast<double>(levels - 1));
        const double distance = std::abs(at - border) / static_cast<double>(levels);
        stretch[d] =
            std::max(1.0, distance / reach[0] / distribution_->deviation(static_cast<int>(d)));
    }
    return stretch;
}

void CmaEs::fold(const Generation& generation, std::span<const double> losses) {
    const auto count = static_cast<std::size_t>(generation.count);
    const auto loss = [&](std::size_t t) {
        const double x = losses[static_cast<std::size_t>(generation.first) + t];
        return std::isfinite(x) ? x : std::numeric_limits<double>::infinity();
    };
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, loss);
    if (generation.count < least_population || !std::isfinite(loss(order[0]))) return;
    std::vector<double> steps(count * size_), units(steps.size()), ranked(steps.size());
    sample(generation, steps, units);
    for (std::size_t k = 0; k < count; ++k)
        std::copy_n(&steps[order[k] * size_], size_, &ranked[k * size_]);
    distribution_->fold(ranked);
    restart_if_collapsed(generation.first + generation.count);
}

void CmaEs::restart_if_collapsed(std::int64_t next_trial) {
    if (distribution_->longest() > collapsed_length &&
        distribution_->axis_ratio() < collapsed_ratio)
        return;
    std::vector<double> rows(size_ * draws_at_once), mean(size_);
    draws_.of_trials(next_trial, restart_draw, rows);
    for (std::size_t d = 0; d < size_; ++d) mean[d] = rows[d * draws_at_once];
    distribution_ = CmaDistribution(mean, first_sigma);
}

}  // namespace

std::unique_ptr<Sampler> make_cma_es(const Space& space, const SamplerConfig& config) {
    if (space.size() < 1) throw ConfigError("sampler cma-es: no parameters: allowed 1 or more");
    if (config.generation > 0 && config.generation < least_population) {
        throw ConfigError("sampler cma-es: generations of " + std::to_string(config.generation) +
                          " trials: allowed " + std::to_string(least_population) + " or more");
    }
    return std::make_unique<CmaEs>(space, config);
}

}  // namespace lockstep::sweep

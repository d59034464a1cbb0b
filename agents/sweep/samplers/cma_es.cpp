// CMA-ES in the unit cube; each generation of the study is one of CMA-ES.
//
// Bounds: steps may leave the cube, and their mirror image in it is proposed; the distribution
// itself knows no bounds. A discrete parameter takes the cell in which its coordinate lies, with a
// margin (after Hamano et al. 2022): its deviation is stretched until the next cell has a chance. A
// distribution that has collapsed begins anew elsewhere.
//
// A step that leads to a broken constraint or an earlier configuration is drawn anew. If that
// fails, or if a point was given, the distribution learns from the step that would have led there,
// shortened if need be (N. Hansen, "Injecting external solutions into CMA-ES", 2011).

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include <lockstep/error.hpp>
#include <lockstep/sweep/sampler.hpp>

#include "agents/sweep/samplers/cma_distribution.hpp"
#include "agents/sweep/samplers/distinct.hpp"
#include "agents/sweep/samplers/feasible.hpp"
#include "agents/sweep/samplers/proposal_draws.hpp"

namespace lockstep::sweep {
namespace {

constexpr std::int64_t min_population = 4;
constexpr double first_sigma = 0.2;
constexpr double warm_sigma = 0.1;  // around the best that was already known
constexpr double collapsed_length = 1e-6, collapsed_ratio = 1e7;
constexpr int restart_draw = max_attempts;  // smaller numbers are the steps' draws

double mirrored(double x) {
    const double y = x - 2 * std::floor(x / 2);
    return y > 1 ? 2 - y : y;
}

class CmaEs final : public Sampler {
public:
    CmaEs(const Space& space, const SamplerConfig& config)
        : space_(space),
          prior_(config.prior),
          draws_(config.seed),
          distinct_(space, config.seed),
          size_(static_cast<std::size_t>(space.size())) {
        begin();
    }

    std::int64_t limit() const override { return distinct_.limit(); }
    bool learns() const override { return true; }

    std::int64_t propose(const Observations& seen, const Generation& generation,
                         std::span<double> units) override;

private:
    class Steps;
    void begin() {
        folded_ = 0;
        std::vector<double> mean(size_, 0.5);
        if (!prior_.empty())
            for (std::size_t d = 0; d < size_; ++d)
                if (!std::isnan(prior_[d])) mean[d] = prior_[d];
        distribution_ = CmaDistribution(mean, prior_.empty() ? first_sigma : warm_sigma);
    }
    double to_next_cell(int i, double u) const;
    std::vector<double> margins(std::int64_t population) const;
    void fold(const Generation& generation, const Observations& seen);
    std::vector<double> steps_of(const Generation& generation, const Observations& seen) const;
    bool leads_to(std::span<const double> point, std::span<const double> known) const;
    void restart_if_collapsed(std::int64_t next_trial);

    const Space& space_;
    const std::span<const double> prior_;  // [row][dimension]
    const ProposalDraws draws_;
    Distinct distinct_;
    const std::size_t size_;
    std::optional<CmaDistribution> distribution_;
    std::size_t folded_ = 0;  // generations
};

// The steps that a generation's trials try, one after another, and the points to which they lead.
class CmaEs::Steps {
public:
    // Margins are those of the first generation's size, since the last one may be smaller.
    Steps(const CmaEs& from, const Generation& generation, std::span<const Generation> before)
        : from_(from),
          generation_(generation),
          stretch_(from.margins((before.empty() ? generation : before[0]).count)),
          rows_(from.size_ * draws_at_once),
          normals_(from.size_),
          step_(from.size_),
          point_(from.size_) {}

    // Finds the first of trial t's steps whose point suits; returns false, with the last, if none
    // does.
    template <class Suits>
    bool find(std::int64_t t, const Suits& suits) {
        const std::int64_t column = (t - generation_.given) % draws_at_once;
        const std::int64_t trial = generation_.first + t;
        if (column == 0)
            draw(first_rows_, [&](auto rows) { from_.draws_.of_trials(trial, 0, rows); });
        take(first_rows_, column);
        if (suits(point())) return true;
        for (int attempt = 1; attempt < max_attempts; ++attempt) {
            const int first = attempt / draws_at_once * draws_at_once;
            if (attempt == 1 || attempt == first)
                draw(rows_, [&](auto rows) { from_.draws_.of_draws(trial, first, rows); });
            take(rows_, attempt - first);
            if (suits(point())) return true;
        }
        return false;
    }
    // Sets the step that leads to a point that was tried, whatever led there; 0 where a parameter
    // has no value.
    void lead_to(std::span<const double> known) {
        const CmaDistribution& distribution = *from_.distribution_;
        for (std::size_t d = 0; d < step_.size(); ++d) {
            const double mean = distribution.mean()[d], at = mirrored(mean);
            const double turn = mirrored(mean + reflected) < at ? -1 : 1;
            step_[d] = std::isnan(known[d])
                           ? 0
                           : turn * (known[d] - at) / (distribution.sigma() * stretch_[d]);
        }
        distribution.shorten(step_);
    }

    std::span<const double> step() const { return step_; }
    std::span<const double> point() const { return point_; }

private:
    static constexpr double reflected = 1e-9;  // a small step, to find the direction

    template <class Draw>
    void draw(std::vector<double>& rows, const Draw& draw_rows) const {
        rows.resize(from_.size_ * draws_at_once);
        draw_rows(std::span(rows));
        from_.draws_.kernels().quantiles(rows.data(), static_cast<int>(rows.size()));
    }
    void take(const std::vector<double>& rows, std::int64_t column) {
        const CmaDistribution& distribution = *from_.distribution_;
        for (std::size_t d = 0; d < normals_.size(); ++d)
            normals_[d] = rows[d * draws_at_once + static_cast<std::size_t>(column)];
        distribution.step(normals_, step_);
        for (std::size_t d = 0; d < point_.size(); ++d)
            point_[d] =
                mirrored(distribution.mean()[d] + distribution.sigma() * stretch_[d] * step_[d]);
    }

    const CmaEs& from_;
    const Generation& generation_;
    const std::vector<double> stretch_;
    std::vector<double> first_rows_, rows_, normals_, step_, point_;
};

std::int64_t CmaEs::propose(const Observations& seen, const Generation& generation,
                            std::span<double> units) {
    if (seen.before.size() < folded_) begin();
    for (; folded_ < seen.before.size(); ++folded_) fold(seen.before[folded_], seen);
    distinct_.begin(seen, generation, units);
    Steps steps(*this, generation, seen.before);
    for (std::int64_t t = generation.given; t < generation.count; ++t) {
        const auto point = units.subspan(static_cast<std::size_t>(t) * size_, size_);
        const bool found =
            steps.find(t, [&](std::span<const double> to) { return distinct_.take(to); });
        std::ranges::copy(steps.point(), point.begin());
        if (!found && !distinct_.replace(generation.first + t, point)) return t;
    }
    return generation.count;
}

// The distance from u to the nearest border between two cells.
double CmaEs::to_next_cell(int i, double u) const {
    const std::int64_t levels = space_[i].levels();
    if (space_[i].even()) {
        const double at = u * static_cast<double>(levels);
        const auto border = std::clamp(std::floor(at + 0.5), 1.0, static_cast<double>(levels - 1));
        return std::abs(at - border) / static_cast<double>(levels);
    }
    const std::int64_t level = space_.cell(i, u);
    const Space::Cell cell = space_.cell_of(i, level);
    const double below = level == 0 ? 1 : u - cell.low;
    const double above = level == levels - 1 ? 1 : cell.high - u;
    return std::max(0.0, std::min(below, above));
}

// By how much each coordinate is stretched, so that one in a population leaves its cell, of each
// dimension once on average.
std::vector<double> CmaEs::margins(std::int64_t population) const {
    double reach[draws_at_once] = {
        1 - 1 / static_cast<double>(population * static_cast<std::int64_t>(size_) + 1)};
    draws_.kernels().quantiles(reach, draws_at_once);
    std::vector<double> stretch(size_, 1.0);
    for (std::size_t d = 0; d < size_; ++d) {
        const int i = static_cast<int>(d);
        if (!space_[i].discrete() || space_[i].levels() == 1) continue;
        const double distance = to_next_cell(i, mirrored(distribution_->mean()[d]));
        stretch[d] =
            std::max(1.0, distance / reach[0] / distribution_->deviation(static_cast<int>(d)));
    }
    return stretch;
}

void CmaEs::fold(const Generation& generation, const Observations& seen) {
    const auto count = static_cast<std::size_t>(generation.count);
    const auto loss = [&](std::size_t t) {
        const double x = seen.losses[static_cast<std::size_t>(generation.first) + t];
        return std::isfinite(x) ? x : std::numeric_limits<double>::infinity();
    };
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, loss);
    if (generation.count < min_population || !std::isfinite(loss(order[0]))) return;
    const std::vector<double> steps = steps_of(generation, seen);
    std::vector<double> ranked(steps.size());
    for (std::size_t k = 0; k < count; ++k)
        std::copy_n(&steps[order[k] * size_], size_, &ranked[k * size_]);
    distribution_->fold(ranked);
    restart_if_collapsed(generation.first + generation.count);
}

// A trial's point shows which of its steps was taken: had an earlier step led to the same point,
// that step would have been taken.
std::vector<double> CmaEs::steps_of(const Generation& generation, const Observations& seen) const {
    std::vector<double> all;
    Steps steps(*this, generation, seen.before);
    for (std::int64_t t = 0; t < generation.count; ++t) {
        const auto known =
            seen.units.subspan(static_cast<std::size_t>(generation.first + t) * size_, size_);
        const auto there = [&](std::span<const double> point) {
            return !distinct_.judges() || leads_to(point, known);
        };
        if (t < generation.given || !steps.find(t, there)) steps.lead_to(known);
        all.insert(all.end(), steps.step().begin(), steps.step().end());
    }
    return all;
}

bool CmaEs::leads_to(std::span<const double> point, std::span<const double> known) const {
    std::vector<double> values(size_), units(size_);
    space_.values(point, values);
    space_.units(values, units);
    return same_values(units, known);
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
    if (config.generation > 0 && config.generation < min_population) {
        throw ConfigError("sampler cma-es: generations of " + std::to_string(config.generation) +
                          " trials: allowed " + std::to_string(min_population) + " or more");
    }
    return std::make_unique<CmaEs>(space, config);
}

}  // namespace lockstep::sweep

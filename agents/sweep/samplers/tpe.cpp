// The tree-structured Parzen estimator (Bergstra et al. 2011), multivariate as in BOHB (Falkner et
// al. 2018): proposes where good trials are dense and bad ones are not. Configurations that
// occurred before are not candidates.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include <lockstep/sweep/sampler.hpp>

#include "agents/sweep/samplers/distinct.hpp"
#include "agents/sweep/samplers/feasible.hpp"
#include "agents/sweep/samplers/parzen.hpp"
#include "agents/sweep/samplers/random.hpp"
#include "engine/machine/parallel.hpp"

namespace lockstep::sweep {
namespace {

// A share of all trials counts as good, up to a limit, so that the good ones close in as trials add
// up. The usual tenth and 25 are about as good where scores are exact, and much worse where they
// are noisy: so few may just be the lucky ones.
constexpr double good_share = 0.15;
constexpr std::size_t max_good = 64;
// Of another study's trials: they are known from the start, and this study's own should soon weigh
// more.
constexpr std::size_t max_good_known = 16;
// This many of the other trials stand for all of them.
constexpr std::size_t max_bad = 512;
// Trials alternate between these, relative to Scott's rule: wide kernels are not trapped in the
// first good region, narrow ones keep several regions apart.
constexpr double wide_kernels = 2, narrow_kernels = 0.25;
constexpr int candidates = draws_at_once;
// Redraws of all candidates before giving up on the model.
constexpr int max_redraws = max_attempts / candidates;
constexpr int first_draw = max_attempts;  // smaller numbers are the random start's draws
constexpr int first_stratum = first_draw + max_attempts;

struct Split {
    std::vector<std::int64_t> good, bad;

    bool empty() const { return good.empty() && bad.empty(); }
};

struct Model {
    ParzenEstimate good, bad;
};

class Tpe final : public Sampler {
public:
    Tpe(const Space& space, const SamplerConfig& config)
        : space_(space),
          prior_(config.prior),
          draws_(config.seed),
          distinct_(space, config.seed),
          start_(make_random(space, config)),
          workers_(config.threads) {
        for (const SearchParameter& p : space.parameters()) conditional_ |= p.parent >= 0;
    }

    std::int64_t limit() const override { return distinct_.limit(); }
    bool learns() const override { return true; }

    // Proposes all trials at once, distinct from earlier generations; then redoes, in order, those
    // that repeat an earlier trial of this generation.
    std::int64_t propose(const Observations& seen, const Generation& generation,
                         std::span<double> units) override {
        const Split split = divided(seen, generation);
        const std::size_t known = prior_rows(),
                          good_known = std::min(good_of(known), max_good_known);
        if (split.empty() && !enough(known)) return start_->propose(seen, generation, units);
        const auto good = gathered(seen, split.good, 0, good_known);
        const auto bad = gathered(seen, split.bad, good_known, known);
        const auto model = [&](double widening) {
            return Model{kernels(good, widening), kernels(bad, widening)};
        };
        const Model wide = model(wide_kernels), narrow = model(narrow_kernels);
        const auto size = static_cast<std::size_t>(space_.size());
        const auto point = [&](std::int64_t t) {
            return units.subspan(static_cast<std::size_t>(t) * size, size);
        };
        const auto propose_at = [&](std::int64_t t) {
            const std::int64_t trial = generation.first + t;
            return propose_one(trial % 2 == 0 ? wide : narrow, trial, point(t));
        };
        distinct_.begin(seen, generation, units);
        workers_.for_each(generation.count - generation.given,
                          [&](std::int64_t i) { propose_at(generation.given + i); });
        if (!distinct_.judges()) return generation.count;
        for (std::int64_t t = generation.given; t < generation.count; ++t) {
            if (distinct_.take(point(t))) continue;
            if (propose_at(t) && distinct_.take(point(t))) continue;
            if (!distinct_.replace(generation.first + t, point(t))) return t;
        }
        return generation.count;
    }

private:
    std::size_t prior_rows() const {
        return prior_.size() / static_cast<std::size_t>(std::max(1, space_.size()));
    }
    bool enough(std::size_t trials) const {
        return std::cmp_greater_equal(trials, std::max(10, 2 * space_.size()));
    }
    static std::size_t good_of(std::size_t trials) {
        const double good = std::ceil(good_share * static_cast<double>(trials));
        return std::min(max_good, static_cast<std::size_t>(good));
    }
    // Points of trials, and of the prior's rows first to end - 1. Each study's good trials count as
    // good, whatever the scores of the other.
    std::vector<double> gathered(const Observations& seen, std::span<const std::int64_t> trials,
                                 std::size_t first, std::size_t end) const;
    ParzenEstimate kernels(std::span<const double> points, double widening) const;
    Split divided(const Observations& seen, const Generation& generation) const;
    std::vector<std::int64_t> some_bad(std::int64_t trials, const std::vector<std::int64_t>& good,
                                       std::int64_t proposed) const;
    bool propose_one(const Model& model, std::int64_t trial, std::span<double> point) const;
    std::uint32_t judge(std::span<const double> points, std::span<double> known) const;

    const Space& space_;
    std::span<const double> prior_;  // [row][dimension]
    ProposalDraws draws_;
    Distinct distinct_;
    std::unique_ptr<Sampler> start_;
    Workers workers_;
    bool conditional_ = false;
};

// The good trials are the best of those with a finite loss, earlier ones first among equals.
Split Tpe::divided(const Observations& seen, const Generation& generation) const {
    std::vector<std::int64_t> best;
    const auto better = [&](std::int64_t a, std::int64_t b) {
        const double x = seen.losses[static_cast<std::size_t>(a)];
        const double y = seen.losses[static_cast<std::size_t>(b)];
        return x != y ? x < y : a < b;
    };
    std::int64_t finite = 0;
    double worst = std::numeric_limits<double>::infinity();
    for (std::int64_t t = 0; t < std::ssize(seen.losses); ++t) {
        const double loss = seen.losses[static_cast<std::size_t>(t)];
        finite += std::isfinite(loss);
        if (!(loss < worst) || !std::isfinite(loss)) continue;
        best.insert(std::ranges::upper_bound(best, t, better), t);
        if (best.size() > max_good) best.pop_back();
        if (best.size() == max_good) worst = seen.losses[static_cast<std::size_t>(best.back())];
    }
    if (!enough(static_cast<std::size_t>(finite))) return {};
    best.resize(std::min(best.size(), good_of(static_cast<std::size_t>(finite))));
    std::ranges::sort(best);
    return {best, some_bad(std::ssize(seen.losses), best, generation.first)};
}

std::vector<double> Tpe::gathered(const Observations& seen, std::span<const std::int64_t> trials,
                                  std::size_t first, std::size_t end) const {
    const auto size = static_cast<std::size_t>(space_.size());
    const auto known = prior_.subspan(first * size, (end - first) * size);
    std::vector<double> points(known.begin(), known.end());
    for (const std::int64_t trial : trials) {
        const auto point = seen.units.subspan(static_cast<std::size_t>(trial) * size, size);
        points.insert(points.end(), point.begin(), point.end());
    }
    return points;
}

ParzenEstimate Tpe::kernels(std::span<const double> points, double widening) const {
    const auto size = static_cast<std::size_t>(std::max(1, space_.size()));
    std::vector<std::int64_t> all(points.size() / size);
    std::iota(all.begin(), all.end(), std::int64_t{0});
    return {space_, draws_.kernels(), points, all, widening};
}

std::vector<std::int64_t> Tpe::some_bad(std::int64_t trials, const std::vector<std::int64_t>& good,
                                        std::int64_t proposed) const {
    const auto strata = std::min(trials, static_cast<std::int64_t>(max_bad));
    std::vector<double> uniforms(max_bad);
    draws_.of_draws(proposed, first_stratum, uniforms);
    std::vector<std::int64_t> bad;
    for (std::int64_t s = 0; s < strata; ++s) {
        const std::int64_t begin = s * trials / strata, end = (s + 1) * trials / strata;
        const double u = uniforms[static_cast<std::size_t>(s)];
        const auto t = begin + static_cast<std::int64_t>(u * static_cast<double>(end - begin));
        if (!std::ranges::binary_search(good, t)) bad.push_back(t);
    }
    return bad;
}

// Returns whether the best of the candidates is fresh.
bool Tpe::propose_one(const Model& model, std::int64_t trial, std::span<double> point) const {
    const std::size_t size = point.size();
    std::vector<double> rows((size + 1) * draws_at_once), points(candidates * size), known(points);
    std::array<double, candidates> in_good, in_bad;
    std::uint32_t allowed = 0;
    for (int redraw = 0; allowed == 0 && redraw < max_redraws; ++redraw) {
        draws_.of_draws(trial, first_draw + redraw * candidates, rows);
        model.good.draw(rows, points);
        allowed = judge(points, known);
    }
    const bool fresh = allowed != 0;
    if (!fresh) allowed = (1U << candidates) - 1;
    model.good.densities(known, in_good);
    model.bad.densities(known, in_bad);
    std::size_t chosen = 0;
    double highest = 0;
    for (; allowed != 0; allowed &= allowed - 1) {
        const auto c = static_cast<std::size_t>(__builtin_ctz(allowed));
        const double ratio = in_good[c] / in_bad[c];
        if (ratio > highest) highest = ratio, chosen = c;
    }
    std::ranges::copy(std::span(points).subspan(chosen * size, size), point.begin());
    return fresh;
}

// Returns which candidates are fresh; `known` becomes their points with NaN where a parameter has
// no value.
std::uint32_t Tpe::judge(std::span<const double> points, std::span<double> known) const {
    std::ranges::copy(points, known.begin());
    std::uint32_t allowed = (1U << candidates) - 1;
    if (!conditional_ && !distinct_.judges()) return allowed;
    const auto size = static_cast<std::size_t>(space_.size());
    std::vector<double> values(size);
    for (std::size_t c = 0; c < candidates; ++c) {
        if (!distinct_.fresh(points.subspan(c * size, size))) allowed &= ~(1U << c);
        if (!conditional_) continue;
        space_.values(points.subspan(c * size, size), values);
        for (std::size_t d = 0; d < size; ++d)
            if (std::isnan(values[d])) known[c * size + d] = values[d];
    }
    return allowed;
}

}  // namespace

std::unique_ptr<Sampler> make_tpe(const Space& space, const SamplerConfig& config) {
    return std::make_unique<Tpe>(space, config);
}

}  // namespace lockstep::sweep

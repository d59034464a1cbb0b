
#include <lockstep/sweep/importance.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <lockstep/random.hpp>

namespace lockstep::sweep {
namespace {

constexpr int cells = 8, max_cells = 16, importance_resamples = 200;
constexpr std::size_t max_trials = 20'000;

int levels_of(const SearchParameter& p) {
    const bool own = p.discrete() && p.even() && p.levels() <= max_cells;
    return own ? static_cast<int>(p.levels()) : cells;
}

// The level at u; -1: a trial without a value.
int level_at(double u, int levels) {
    return std::isnan(u) ? -1 : std::min(static_cast<int>(u * levels), levels - 1);
}

struct Sample {
    std::vector<double> rank;             // [trial]
    std::vector<std::vector<int>> level;  // [dimension][trial]
    std::vector<int> levels;              // [dimension]
};

// In id order. Very many trials are sampled at random (Knuth's selection sampling): steps of equal
// length would see only some of a grid's levels.
Sample sample(const Space& space, std::span<const double> units,
              std::span<const std::int64_t> order, Draws& draws) {
    const auto size = static_cast<std::size_t>(space.size());
    std::vector<double> rank(units.size() / size, -1);
    for (std::size_t r = 0; r < order.size(); ++r)
        rank[static_cast<std::size_t>(order[r])] = static_cast<double>(r);
    Sample all{{}, std::vector<std::vector<int>>(size), {}};
    for (std::size_t i = 0; i < size; ++i)
        all.levels.push_back(levels_of(space[static_cast<int>(i)]));
    std::size_t left = order.size(), wanted = std::min(left, max_trials);
    for (std::size_t t = 0; t < rank.size(); ++t) {
        if (rank[t] < 0) continue;
        const bool all_left = wanted == left;
        const double chance = static_cast<double>(wanted) / static_cast<double>(left--);
        if (!all_left && draws.uniform() >= chance) continue;
        --wanted;
        all.rank.push_back(rank[t]);
        for (std::size_t i = 0; i < size; ++i)
            all.level[i].push_back(level_at(units[t * size + i], all.levels[i]));
    }
    return all;
}

// Kelley's epsilon squared of the ranks of `picked` between the levels of one dimension, among the
// trials that have a value there.
double share(const Sample& all, std::size_t dimension, std::span<const std::size_t> picked) {
    std::array<double, max_cells> sum{}, count{};
    double n = 0, total = 0, squares = 0;
    for (const std::size_t t : picked) {
        if (all.level[dimension][t] < 0) continue;
        const auto level = static_cast<std::size_t>(all.level[dimension][t]);
        sum[level] += all.rank[t], count[level] += 1;
        n += 1, total += all.rank[t], squares += all.rank[t] * all.rank[t];
    }
    if (n == 0) return 0;
    double between = 0, groups = 0;
    for (std::size_t level = 0; level < sum.size(); ++level) {
        if (count[level] == 0) continue;
        between += sum[level] * sum[level] / count[level];
        ++groups;
    }
    const double whole = squares - total * total / n;
    if (whole <= 0 || n <= groups) return 0;
    const double within = (squares - between) / (n - groups);
    return std::max(0.0, 1 - within / (whole / (n - 1)));
}

std::vector<std::size_t> by_share(const std::vector<double>& shares) {
    std::vector<std::size_t> order(shares.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](auto a, auto b) { return shares[a] > shares[b]; });
    return order;
}

}  // namespace

std::vector<Importance> importances(const Space& space, std::span<const double> units,
                                    std::span<const std::int64_t> order, std::uint64_t seed) {
    const auto size = static_cast<std::size_t>(space.size());
    if (size == 0 || order.size() < 2) return {};
    CounterDraws draws(seed);
    const Sample all = sample(space, units, order, draws);
    std::vector<std::size_t> picked(all.rank.size());
    const auto shares = [&] {
        std::vector<double> of(size);
        for (std::size_t i = 0; i < size; ++i) of[i] = share(all, i, picked);
        return of;
    };
    std::iota(picked.begin(), picked.end(), std::size_t{0});
    const std::vector<double> whole = shares();
    const std::vector<std::size_t> places = by_share(whole);

    std::vector<std::vector<double>> resampled(size);
    std::vector<double> kept(size, 0);
    for (int r = 0; r < importance_resamples; ++r) {
        for (std::size_t& t : picked)
            t = static_cast<std::size_t>(draws.below(static_cast<int>(picked.size())));
        const std::vector<double> of = shares();
        const std::vector<std::size_t> again = by_share(of);
        for (std::size_t place = 0; place < size; ++place) {
            resampled[place].push_back(of[places[place]]);
            kept[place] += again[place] == places[place];
        }
    }
    std::vector<Importance> result;
    for (std::size_t place = 0; place < size; ++place) {
        std::ranges::sort(resampled[place]);
        result.push_back({space[static_cast<int>(places[place])].name,
                          whole[places[place]],
                          {quantile(resampled[place], 0.025), quantile(resampled[place], 0.975)},
                          kept[place] / importance_resamples});
    }
    return result;
}

}  // namespace lockstep::sweep


#include "agents/sweep/schedulers/ranking.hpp"

#include <algorithm>
#include <cmath>

#include <lockstep/statistics.hpp>
#include <lockstep/sweep/scheduler.hpp>

namespace lockstep::sweep {

bool better(const Standing& a, const Standing& b, const Study& study) {
    if (a.budget != b.budget) return a.budget > b.budget;
    if (a.scores.size() != b.scores.size()) return a.scores.size() > b.scores.size();
    const double left = study.loss(mean(a.scores)), right = study.loss(mean(b.scores));
    return left != right ? left < right : a.trial < b.trial;
}

std::vector<std::size_t> ranked(std::span<const Standing> trials, std::int64_t round,
                                const Study& study) {
    std::vector<std::size_t> order = everyone(trials.size());
    std::erase_if(
        order, [&](std::size_t i) { return trials[i].round != round || trials[i].scores.empty(); });
    std::ranges::sort(
        order, [&](std::size_t a, std::size_t b) { return better(trials[a], trials[b], study); });
    return order;
}

std::size_t survivors_of(std::size_t count, double eta) {
    return static_cast<std::size_t>(std::ceil(static_cast<double>(count) / eta));
}

}  // namespace lockstep::sweep

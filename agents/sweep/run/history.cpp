
#include "agents/sweep/run/history.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_set>

#include "agents/sweep/run/rounds.hpp"

namespace lockstep::sweep {
namespace {

constexpr double no_score = std::numeric_limits<double>::infinity();

}  // namespace

History::History(const Study& study) : study_(study) {
    const auto trials = static_cast<std::size_t>(study.trials);
    units_.reserve(trials * static_cast<std::size_t>(study.space.size()));
    losses_.reserve(trials);
    budgets_.reserve(trials);
}

void History::add(const Generation& generation, std::span<const Contender> contenders) {
    generations_.push_back(generation);
    const auto size = static_cast<std::size_t>(study_.space.size());
    for (const Contender& c : contenders) {
        units_.resize(units_.size() + size);
        study_.space.units(c.values, std::span(units_).last(size));
        losses_.push_back(c.alive() ? study_.loss(c.score()) : no_score);
        budgets_.push_back(c.budget);
        alike_ &= !c.alive() || c.budget == study_.budget;
    }
    std::vector<Contender> all(best_);
    all.insert(all.end(), contenders.begin(), contenders.end());
    std::vector<Contender*> order;
    for (Contender& c : all) order.push_back(&c);
    rank(order, study_);
    std::unordered_set<std::uint64_t> there;
    best_.clear();
    for (Contender* c : order) {
        if (std::ssize(best_) == study_.top) break;
        if (there.insert(hash_of_values(c->values)).second) best_.push_back(std::move(*c));
    }
}

Observations History::seen() {
    if (alike_) return {units_, losses_, generations_};
    std::vector<std::size_t> order(losses_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        const bool alive = losses_[a] != no_score, other = losses_[b] != no_score;
        if (alive != other) return alive;
        if (budgets_[a] != budgets_[b]) return budgets_[a] > budgets_[b];
        return losses_[a] != losses_[b] ? losses_[a] < losses_[b] : a < b;
    });
    ranks_.resize(losses_.size());
    for (std::size_t r = 0; r < order.size(); ++r)
        ranks_[order[r]] = losses_[order[r]] == no_score ? no_score : static_cast<double>(r);
    return {units_, ranks_, generations_};
}

}  // namespace lockstep::sweep


#include <algorithm>
#include <cmath>

#include <lockstep/error.hpp>
#include <lockstep/sweep/scheduler.hpp>

#include "agents/sweep/schedulers/ranking.hpp"

namespace lockstep::sweep {
namespace {

// Budgets that grow by eta up to the whole one; bracket b begins at the b-th of them.
class Halving final : public Scheduler {
public:
    Halving(const Study& study, bool brackets) : study_(study), brackets_(brackets) {
        if (study.budget < 1)
            throw ConfigError(study.scheduler + " shares out a budget, and " + study.agent +
                              " has none: allowed full and racing");
        double budget = study.budget;
        do {
            budgets_.insert(budgets_.begin(), budget);
            budget = std::floor(budget / study.eta);
        } while (budget >= study.min_budget && budget >= 1);
    }

    // Brackets of Hyperband (Li et al. 2018) take about the same budget each.
    std::int64_t generation_size(std::int64_t number) const override {
        const int rungs = static_cast<int>(budgets_.size()), first = first_rung(number);
        double size = static_cast<double>(study_.generation * rungs) / (rungs - first);
        for (int i = 0; i < first; ++i) size /= study_.eta;
        return std::max<std::int64_t>(1, static_cast<std::int64_t>(size));
    }
    std::optional<Round> next(std::int64_t generation, std::int64_t round,
                              std::span<const Standing> trials) const override {
        const std::int64_t rung = first_rung(generation) + round;
        if (rung >= std::ssize(budgets_)) return {};
        std::vector<std::size_t> left =
            round == 0 ? everyone(trials.size()) : ranked(trials, round - 1, study_);
        if (round > 0) left.resize(survivors_of(left.size(), study_.eta));
        return Round{std::move(left), 0, study_.tuning_seeds,
                     budgets_[static_cast<std::size_t>(rung)]};
    }

private:
    int first_rung(std::int64_t generation) const {
        return brackets_ ? static_cast<int>(generation % std::ssize(budgets_)) : 0;
    }
    const Study& study_;
    const bool brackets_;
    std::vector<double> budgets_;
};

}  // namespace

std::unique_ptr<Scheduler> make_halving(const Study& study) {
    return std::make_unique<Halving>(study, false);
}

std::unique_ptr<Scheduler> make_hyperband(const Study& study) {
    return std::make_unique<Halving>(study, true);
}

}  // namespace lockstep::sweep

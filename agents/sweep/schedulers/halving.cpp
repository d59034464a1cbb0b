
#include <algorithm>
#include <cmath>

#include "agents/sweep/schedulers/schedulers.hpp"

namespace lockstep::sweep {
namespace {

// Budgets that grow by eta up to the whole one; bracket b begins at the b-th of them.
class Halving final : public TrialScheduler {
public:
    Halving(const Study& study, bool brackets) : study_(study), brackets_(brackets) {
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
    void run(std::span<Contender> generation, Evaluator& evaluator) const override {
        std::vector<Contender*> left = pointers(generation);
        const auto rungs = static_cast<int>(budgets_.size());
        const int first = first_rung(generation.front().generation);
        for (int rung = first; rung < rungs; ++rung) {
            evaluator.evaluate(left, {.number = rung - first,
                                      .seeds = study_.tuning_seeds,
                                      .budget = budgets_[static_cast<std::size_t>(rung)]});
            if (evaluator.stopped()) return;
            rank(left, study_);
            left.resize(survivors_of(left.size(), study_.eta));
        }
    }
    std::vector<StageCost> costs(std::int64_t number) const override {
        const auto all = static_cast<std::size_t>(generation_size(number));
        std::size_t left = all;
        std::vector<StageCost> costs;
        for (auto rung = static_cast<std::size_t>(first_rung(number)); rung < budgets_.size();
             ++rung) {
            const double budgets = static_cast<double>(left) * budgets_[rung] / budgets_.back();
            costs.push_back(
                {budgets * static_cast<double>(study_.tuning_seeds), fraction(left, all)});
            left = survivors_of(left, study_.eta);
        }
        return costs;
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

std::unique_ptr<TrialScheduler> make_halving(const Study& study) {
    return std::make_unique<Halving>(study, study.scheduler == Scheduler::hyperband);
}

}  // namespace lockstep::sweep

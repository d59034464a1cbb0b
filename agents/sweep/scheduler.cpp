#include <lockstep/agents/sweep/scheduler.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>

#include <lockstep/agents/sweep/population_training.hpp>
#include <lockstep/engine/error.hpp>

namespace lockstep::sweep {
namespace {

// The best 1 / eta of so many.
std::size_t share(std::size_t count, double eta) {
    return static_cast<std::size_t>(std::ceil(static_cast<double>(count) / eta));
}

double part(std::size_t left, std::size_t all) {
    return static_cast<double>(left) / static_cast<double>(all);
}

std::vector<Contender*> pointers(std::span<Contender> contenders) {
    std::vector<Contender*> all;
    for (Contender& c : contenders) all.push_back(&c);
    return all;
}

class FullBudget final : public TrialScheduler {
public:
    explicit FullBudget(const Study& study) : study_(study) {}

    std::int64_t generation_size(std::int64_t) const override { return study_.generation; }
    void run(std::span<Contender> generation, Evaluator& evaluator) const override {
        std::vector<Contender*> all = pointers(generation);
        evaluator.evaluate(all, {.seeds = study_.tuning_seeds, .budget = study_.budget});
    }
    std::vector<StageCost> costs(std::int64_t) const override {
        return {{static_cast<double>(study_.generation * study_.tuning_seeds), 1}};
    }

private:
    const Study& study_;
};

// The upper 5 % point of Student's t with 1, 2, ... degrees of freedom (any table of it).
double t_95(std::size_t degrees) {
    static constexpr double table[] = {6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860,
                                       1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746,
                                       1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711,
                                       1.708, 1.706, 1.703, 1.701, 1.699, 1.697};
    return table[std::min(degrees, std::size(table)) - 1];
}

// Whether losses of the same seeds are above the best's beyond chance: a paired, one-sided t-test
// (Maron and Moore 1997 race likewise; Birattari et al. 2002 with ranks).
bool worse(const Contender& one, const Contender& best, const Study& study) {
    const std::size_t n = one.scores.size();
    if (n < 2) return false;
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < n; ++i)
        sum += study.loss(one.scores[i]) - study.loss(best.scores[i]);
    const double mean = sum / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) {
        const double d = study.loss(one.scores[i]) - study.loss(best.scores[i]) - mean;
        squares += d * d;
    }
    const double error = std::sqrt(squares / static_cast<double>(n * (n - 1)));
    return mean > t_95(n - 1) * error;
}

class Racing final : public TrialScheduler {
public:
    explicit Racing(const Study& study) : study_(study) {
        for (double seeds = static_cast<double>(study.first_seeds);
             seeds < static_cast<double>(study.tuning_seeds); seeds *= study.eta)
            seeds_.push_back(static_cast<std::int64_t>(seeds));
        seeds_.push_back(study.tuning_seeds);
        seeds_.erase(std::unique(seeds_.begin(), seeds_.end()), seeds_.end());
    }

    std::int64_t generation_size(std::int64_t) const override { return study_.generation; }
    void run(std::span<Contender> generation, Evaluator& evaluator) const override {
        std::vector<Contender*> left = pointers(generation);
        std::int64_t seen = 0;
        for (std::size_t round = 0; round < seeds_.size(); ++round) {
            evaluator.evaluate(left, {.number = static_cast<std::int32_t>(round),
                                      .first_seed = seen,
                                      .seeds = seeds_[round] - seen,
                                      .budget = study_.budget});
            if (evaluator.stopped()) return;
            seen = seeds_[round];
            left = survivors(left);
        }
    }
    std::vector<StageCost> costs(std::int64_t) const override {
        const auto all = static_cast<std::size_t>(study_.generation);
        std::size_t left = all;
        std::int64_t seen = 0;
        std::vector<StageCost> costs;
        for (const std::int64_t seeds : seeds_) {
            const auto learners = static_cast<std::int64_t>(left) * (seeds - seen);
            costs.push_back({static_cast<double>(learners), part(left, all)});
            seen = seeds;
            left = share(left, study_.eta);
        }
        return costs;
    }

private:
    std::vector<Contender*> survivors(std::vector<Contender*> left) const {
        rank(left, study_);
        if (left.empty()) return left;
        left.resize(share(left.size(), study_.eta));
        const Contender& best = *left.front();
        std::erase_if(left, [&](const Contender* c) { return worse(*c, best, study_); });
        return left;
    }
    const Study& study_;
    std::vector<std::int64_t> seeds_;  // of a contender after each round
};

// Budgets that grow by eta up to the whole one; bracket b begins at the b-th of them.
class Halving final : public TrialScheduler {
public:
    Halving(const Study& study, bool brackets) : study_(study), brackets_(brackets) {
        double budget = study.budget;
        do {
            budgets_.insert(budgets_.begin(), budget);
            budget = std::floor(budget / study.eta);
        } while (budget >= study.least_budget && budget >= 1);
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
            left.resize(share(left.size(), study_.eta));
        }
    }
    std::vector<StageCost> costs(std::int64_t number) const override {
        const auto all = static_cast<std::size_t>(generation_size(number));
        std::size_t left = all;
        std::vector<StageCost> costs;
        for (auto rung = static_cast<std::size_t>(first_rung(number)); rung < budgets_.size();
             ++rung) {
            const double budgets = static_cast<double>(left) * budgets_[rung] / budgets_.back();
            costs.push_back({budgets * static_cast<double>(study_.tuning_seeds), part(left, all)});
            left = share(left, study_.eta);
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

// One slice of population based training.
class Slice final : public TrialScheduler {
public:
    explicit Slice(const Study& study) : study_(study) {}

    std::int64_t generation_size(std::int64_t) const override { return study_.generation; }
    void run(std::span<Contender> generation, Evaluator& evaluator) const override {
        std::vector<Contender*> all = pointers(generation);
        evaluator.evaluate(all, {.seeds = study_.tuning_seeds,
                                 .budget = slice_budget(study_, generation.front().generation)});
    }
    std::vector<StageCost> costs(std::int64_t) const override {
        return {{static_cast<double>(study_.generation * study_.tuning_seeds) /
                     static_cast<double>(slices(study_)),
                 1}};
    }

private:
    const Study& study_;
};

}  // namespace

void rank(std::vector<Contender*>& contenders, const Study& study) {
    std::erase_if(contenders, [](const Contender* c) { return !c->scored(); });
    std::ranges::sort(contenders, [&](const Contender* a, const Contender* b) {
        if (a->budget != b->budget) return a->budget > b->budget;
        if (a->scores.size() != b->scores.size()) return a->scores.size() > b->scores.size();
        const double left = study.loss(a->score()), right = study.loss(b->score());
        return left != right ? left < right : a->trial < b->trial;
    });
}

std::unique_ptr<TrialScheduler> make_scheduler(const Study& study) {
    const bool by_budget =
        study.scheduler == Scheduler::halving || study.scheduler == Scheduler::hyperband;
    if (by_budget && study.budget < 1) {
        throw ConfigError(study.where("study.scheduler") +
                          std::string(scheduler_names[static_cast<std::size_t>(study.scheduler)]) +
                          " shares out a budget, and " + study.agent +
                          " has none: allowed full and racing");
    }
    if (by_budget) return std::make_unique<Halving>(study, study.scheduler == Scheduler::hyperband);
    if (study.scheduler == Scheduler::racing) return std::make_unique<Racing>(study);
    if (study.scheduler == Scheduler::pbt) return std::make_unique<Slice>(study);
    return std::make_unique<FullBudget>(study);
}

}  // namespace lockstep::sweep

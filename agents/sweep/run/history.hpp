// What is known of finished generations: what samplers learn from, and the best so far.
//
// Must not:  hold more than a few numbers per trial.
// Invariant: trials are in the order of their ids; nothing here depends on when they finished.
#pragma once

#include <span>
#include <vector>

#include <lockstep/sweep/sampler.hpp>

#include "agents/sweep/evaluation/evaluator.hpp"

namespace lockstep::sweep {

class History {
public:
    explicit History(const Study& study);

    void add(const Generation& generation, std::span<const Contender> contenders);

    // Losses are as measured if every trial got the whole budget, on however many seeds; else
    // ranks, larger budgets first, since scores of different budgets cannot be compared.
    Observations seen();
    std::int64_t trials() const { return std::ssize(losses_); }
    std::span<const Generation> generations() const { return generations_; }
    // At most `study.top` trials, best first in the order of rank(). All are alive; of trials with
    // the same values, only the first.
    std::span<const Contender> best() const { return best_; }

private:
    const Study& study_;
    std::vector<double> units_, losses_;
    std::vector<double> ranks_;
    std::vector<double> budgets_;
    std::vector<Generation> generations_;
    std::vector<Contender> best_;
    bool alike_ = true;  // every trial alive got the whole budget
};

}  // namespace lockstep::sweep

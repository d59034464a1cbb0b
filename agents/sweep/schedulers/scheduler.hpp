// How much tuning each trial of a generation gets.
//
// Must not:  know what scores a trial, or who proposed it.
// Invariant: who continues is a pure function of the scores, in trial-id order; ties go to the
//            lower id.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agents/sweep/evaluation/evaluator.hpp"

namespace lockstep::sweep {

struct StageCost {
    double learners = 0;  // the sum of their budgets, in whole budgets
    double best = 1;      // the share of the generation that gets this far
};

class TrialScheduler {
public:
    virtual ~TrialScheduler() = default;

    // The trials of generation `number`, if that many are left.
    virtual std::int64_t generation_size(std::int64_t number) const = 0;
    // Scores a generation. A contender that drops out or fails keeps its scores; so do all when the
    // evaluator has been stopped.
    virtual void run(std::span<Contender> generation, Evaluator& evaluator) const = 0;
    // The most that the stages of one generation cost.
    virtual std::vector<StageCost> costs(std::int64_t number) const = 0;
};

// Keeps only contenders that are alive and have scores, best first: larger budgets, then more
// seeds, then lower loss, then lower id.
void rank(std::vector<Contender*>& contenders, const Study& study);

// The number of the best 1 / eta of `count`.
std::size_t survivors_of(std::size_t count, double eta);
double fraction(std::size_t left, std::size_t all);

std::vector<Contender*> pointers(std::span<Contender> contenders);

}  // namespace lockstep::sweep

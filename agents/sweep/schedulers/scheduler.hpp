// How much of its tuning each trial of a generation gets.
//
// Must not:  know what scores a trial, or who proposed it.
// Invariant: who goes on is a pure function of the scores, in trial-id order; ties go to the lower
//            id.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agents/sweep/evaluation/evaluator.hpp"

namespace lockstep::sweep {

struct StageCost {
    double learners = 0;  // their budgets together, in whole ones
    double best = 1;      // the share of the generation that comes so far
};

class TrialScheduler {
public:
    virtual ~TrialScheduler() = default;

    // Trials of generation `number`, where there are enough left.
    virtual std::int64_t generation_size(std::int64_t number) const = 0;
    // Scores a generation. A contender that drops out, or fails, keeps the scores it has; so do all
    // when the evaluator has been stopped.
    virtual void run(std::span<Contender> generation, Evaluator& evaluator) const = 0;
    // What the stages of one generation cost at most.
    virtual std::vector<StageCost> costs(std::int64_t number) const = 0;
};

// Leaves those alive that have scores, best first: larger budgets, then more seeds, then lower
// loss, then lower id.
void rank(std::vector<Contender*>& contenders, const Study& study);

// The best 1 / eta of so many.
std::size_t survivors_of(std::size_t count, double eta);
double fraction(std::size_t left, std::size_t all);

std::vector<Contender*> pointers(std::span<Contender> contenders);

}  // namespace lockstep::sweep

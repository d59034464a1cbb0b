// What the loss of a policy and its value over a batch is given, on both sides of the border
// between flag sets.
//
// Must not:  emit code.
// Invariant: rows hold `columns` worlds, a multiple of sixteen.
#pragma once

#include <cstdint>

namespace lockstep {

// The loss of one sample, whose mean over a batch is descended:
//   -min(ratio A, clamp(ratio, 1 - clip, 1 + clip) A)   (-log p A, where clip_ratio is 0)
//   + value_weight (value - target)^2 - entropy_weight entropy
// with ratio = p / old_p and A = (advantage - mean) * inverse_deviation.
template <class Real>
struct SurrogateTask {
    std::int32_t columns, actions;
    const Real *logits, *value;  // rows of the present networks' outputs
    Real *logit_deltas, *value_deltas;
    const std::int32_t* action;
    const std::uint32_t* possible;
    const Real* probability;  // of the action, when it was chosen
    const Real *advantage, *target;
    const Real* share;  // of each world in the mean; 0 where there is none
    Real mean, inverse_deviation;
    Real clip_ratio, value_weight, entropy_weight;
};

}  // namespace lockstep

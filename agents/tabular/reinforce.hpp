// REINFORCE on tables: every state has preferences of actions, and their softmax is the policy.
//
// Must not:  know lanes.
// Invariant: steps teach in order, each from the preferences that earlier steps have left, as in
//            the slides.
#pragma once

#include "agents/tabular/population.hpp"

namespace lockstep {

// theta[s] += learning_rate * G_t * (one-hot(a) - softmax(theta[s])) for each step t, G_t being the
// return discounted from there (Williams 1992). At most 16 actions.
template <class Real>
void teach_reinforce(const TabularSettings& settings, int actions,
                     std::span<const std::int32_t> elements, std::span<const Real> rewards,
                     std::span<Real> theta);

}  // namespace lockstep

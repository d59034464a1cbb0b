// Agents that know the process and solve it: value iteration and Q-value iteration.
//
// Must not:  draw random numbers, except to test what they found.
// Invariant: all learners of one configuration find the same table.
#pragma once

#include <lockstep/agent.hpp>

namespace lockstep {}  // namespace lockstep

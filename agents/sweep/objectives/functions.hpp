// Test functions as objectives: of known shape, minimum and cost, with noise on request.
//
// Must not:  know samplers or schedulers.
// Invariant: a score is a function of values, trial and seed, with the same bits on every machine.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <lockstep/sweep/objective.hpp>

namespace lockstep::sweep {

// "sphere", "rosenbrock", "rastrigin", "branin", "hartmann6".
std::span<const std::string_view> function_names();

// A score is the function's value at x0, x1, ..., plus `noise` times a standard normal of the trial
// and seed. An x that is not given is 1; branin has two of them, hartmann6 six, the others as many
// as are given. Throws ConfigError, one line per fault.
std::unique_ptr<Objective> make_function(const Study& study);

}  // namespace lockstep::sweep

// The test that every environment must pass, built-in or a user's.
//
// Must not:  know any environment.
// Invariant: results do not depend on chance: the actions follow from a fixed seed.
#pragma once

#include <string>
#include <vector>

#include <lockstep/vector_env.hpp>

namespace lockstep::testing {

// Plays the environment `id` in both precisions, on every instruction set that this CPU has, and in
// each autoreset mode, and tells in words what breaks the contract of
// kernels/contract/environment.hpp: what is observed lies in its space; the same seed gives the
// same bits, in blocks of any size; a world alone is what it is in the crowd; the modes agree up to
// an episode's end; a mask resets the worlds that it names; a snapshot restores everything; a
// rollout is its steps; actions that there are not are refused; a reset draws as often as
// described. Empty: nothing was found. Throws ConfigError where there is no such environment, or
// `settings` do not fit it.
std::vector<std::string> check_environment(const std::string& id, const EnvSettings& settings = {});

}  // namespace lockstep::testing

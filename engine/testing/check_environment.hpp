// The test that every environment must pass, built-in or a user's.
//
// Must not:  know any environment.
// Invariant: results do not depend on chance: the actions follow from a fixed seed.
#pragma once

#include <string>
#include <vector>

#include <lockstep/engine/environments/config.hpp>

namespace lockstep::testing {

// Plays the environment `id` in both precisions, on every instruction set that this CPU has, and in
// each autoreset mode. Returns a description of every violation of the contract in
// kernels/contract/environment.hpp; empty: none was found. The contract: observations lie in their
// space; the same seed gives the same bits, in blocks of any size; a world behaves alone as among
// others; the modes agree up to an episode's end; a mask resets exactly its worlds; a snapshot
// restores everything; a rollout equals its steps; illegal actions are refused; a reset makes as
// many draws as described. Throws ConfigError on an unknown environment or unfit `settings`.
std::vector<std::string> check_environment(const std::string& id, const Settings& settings = {});

}  // namespace lockstep::testing

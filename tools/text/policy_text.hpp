// Policies as words: `random`, `basic`, `linear:w0,w1,...`.
//
// Must not:  know which policies there are: the engine says so.
#pragma once

#include <string>
#include <string_view>

#include <lockstep/vector_env.hpp>

namespace lockstep {

// Throws ConfigError on weights that are not finite numbers.
PolicySpec parse_policy(std::string_view text);

// The same policy in words that parse_policy reads back.
std::string policy_text(const PolicySpec& policy);

// Throws ConfigError where the policy is unknown or does not fit the environment.
void check_policy(const PolicySpec& policy, const std::string& env);

}  // namespace lockstep

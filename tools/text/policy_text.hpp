// Policies as text: `random`, `basic`, `linear:w0,w1,...`.
//
// Must not:  know which policies exist: the engine does.
#pragma once

#include <string>
#include <string_view>

#include <lockstep/vector_env.hpp>

namespace lockstep {

// Throws ConfigError on weights that are not finite numbers.
PolicySpec parse_policy(std::string_view text);

// The same policy as text that parse_policy reads back.
std::string policy_text(const PolicySpec& policy);

// Throws ConfigError if the policy is unknown or does not fit the environment.
void check_policy(const PolicySpec& policy, const std::string& env);

}  // namespace lockstep

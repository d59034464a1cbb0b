// User errors, and how they are worded.
//
// Must not:  be thrown for runtime failures (a state in the result) or our own bugs (assertions).
// Invariant: a message says what was wrong, where, and what is allowed.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lockstep {

class ConfigError : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

// "unknown environment 'CartPol-v1': did you mean 'CartPole-v1'? Known: CartPole-v0, CartPole-v1".
std::string unknown_name(std::string_view what, std::string_view name,
                         std::span<const std::string_view> known);

}  // namespace lockstep

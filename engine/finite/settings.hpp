// How environments that compile to tables read their settings.
//
// Owns:      the messages that reject a setting although it is within its declared range.
// Must not:  know any environment.
// Invariant: a message gives the rejected value and what is allowed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/engine/text/number_text.hpp>
#include <lockstep/kernels/contract/description.hpp>

namespace lockstep {

struct WorldSettings;

// The limit for rewards that a user sets. Anything learned from fewer than 10^9 steps of such
// rewards is finite in single precision, at any learning rate.
inline constexpr double largest_reward = 1e12;

// The value of the parameter of that number, which shapes the tables. Throws ConfigError if it
// differs between environments, since they share the tables.
double shared_value(const Description& about, const WorldSettings& settings, std::size_t number);
// The same for an integer.
std::int64_t whole_value(const Description& about, const WorldSettings& settings,
                         std::size_t number);

// Parses a text setting such as "0,0.5,-1", up to largest_reward. Throws ConfigError with its name.
std::vector<double> reward_list(std::string_view name, std::string_view text);

}  // namespace lockstep

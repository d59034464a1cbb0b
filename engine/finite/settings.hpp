// How environments that compile to tables read their settings.
//
// Owns:      the words in which a setting that was within its range is refused after all.
// Must not:  know any environment.
// Invariant: what is refused is named with its value and what is allowed.
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

// Of a reward that a user gives. Whatever is learnt from fewer than 10^9 steps of such rewards is
// finite in single precision, at any learning rate.
inline constexpr double largest_reward = 1e12;

// The value of the parameter of that number, which shapes the tables. Throws ConfigError where
// worlds have values of their own, since they share the tables.
double shared_value(const Description& about, const WorldSettings& settings, std::size_t number);
// Likewise, a whole number.
std::int64_t whole_value(const Description& about, const WorldSettings& settings,
                         std::size_t number);

// "0,0.5,-1" of a text setting, up to largest_reward. Throws ConfigError with its name.
std::vector<double> reward_list(std::string_view name, std::string_view text);

}  // namespace lockstep

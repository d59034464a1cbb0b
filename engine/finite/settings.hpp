// How environments that compile to tables declare themselves, and read their settings.
//
// Owns:      what they share: one state column, the limits of those that have none of their own,
// and
//            the words in which a setting that was within its range is refused after all.
// Must not:  know any environment.
// Invariant: what is refused is named with its value and what is allowed.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/engine/number_text.hpp>
#include <lockstep/kernels/description.hpp>

namespace lockstep {

// Of ids that Gymnasium registers without a time limit or a threshold, and of those it lacks.
inline constexpr std::int32_t no_time_limit = 1'000'000'000;
inline constexpr double no_threshold = std::numeric_limits<double>::infinity();

// Of a reward that a user gives. Whatever is learnt from fewer than 10^9 steps of such rewards is
// finite in single precision, at any learning rate.
inline constexpr double largest_reward = 1e12;

inline constexpr const char* false_or_true[] = {"false", "true"};

struct TableDeclaration {
    const char* name;
    const char* source;
    std::span<const EnvironmentId> ids;
    std::span<const ParameterInfo> parameters = {};
    std::span<const ChoiceInfo> choices = {};
    std::span<const TextInfo> texts = {};
};

inline constexpr const char* table_state_names[] = {"state"};

// For environments that the kernel named "finite" runs.
constexpr EnvironmentInfo table_info(const TableDeclaration& d) {
    return {.name = d.name,
            .source = d.source,
            .ids = d.ids.data(),
            .id_count = static_cast<int>(d.ids.size()),
            .state_names = table_state_names,
            .state_count = 1,
            .observation_names = table_state_names,
            .observation_count = 1,
            .action_count = 0,
            .parameters = d.parameters.data(),
            .parameter_count = static_cast<int>(d.parameters.size()),
            .choices = d.choices.data(),
            .choice_count = static_cast<int>(d.choices.size()),
            .observes_state = true,
            .reset_draws = 0,
            .texts = d.texts.data(),
            .text_count = static_cast<int>(d.texts.size())};
}

// The value of a parameter that shapes the tables. Throws ConfigError where worlds have values of
// their own, since they share the tables.
double shared_value(const ParameterInfo& info, std::span<const double> values);
// Likewise, a whole number.
std::int64_t whole_value(const ParameterInfo& info, std::span<const double> values);

// "0,0.5,-1" of a text setting, up to largest_reward. Throws ConfigError with its name.
std::vector<double> reward_list(std::string_view name, std::string_view text);

// The text of a file that a text setting names, without trailing blanks. Throws ConfigError: no
// such file, no text, empty.
std::string read_file(std::string_view name, const std::string& path);

}  // namespace lockstep

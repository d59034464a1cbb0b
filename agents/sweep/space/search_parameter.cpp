#include <lockstep/agents/sweep/space/search_parameter.hpp>

#include <algorithm>
#include <cmath>

#include <lockstep/agents/sweep/space/levels.hpp>
#include <lockstep/engine/text/number_text.hpp>

namespace lockstep::sweep {

std::optional<double> number_in(std::string_view text) {
    const std::optional<double> value = read_number(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::int64_t SearchParameter::levels() const {
    if (scale == Scale::choice) return std::ssize(choices);
    if (low == high) return 1;
    if (scale == Scale::integer) return static_cast<std::int64_t>(high - low) + 1;
    if (scale == Scale::pow2) return exponent_of(high) - exponent_of(low) + 1;
    if (step > 0) return static_cast<std::int64_t>(steps_between(low, high, step)) + 1;
    return points;
}

bool SearchParameter::whole() const {
    if (scale == Scale::choice) {
        return std::ranges::all_of(choices, [](const std::string& word) {
            const std::optional<double> number = number_in(word);
            return number && *number == std::floor(*number);
        });
    }
    return discrete() && low == std::floor(low) && step == std::floor(step);
}

}  // namespace lockstep::sweep

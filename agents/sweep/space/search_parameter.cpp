
#include <lockstep/sweep/search_parameter.hpp>

#include <algorithm>
#include <cmath>

#include "agents/sweep/space/levels.hpp"
#include "engine/text/number_text.hpp"

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

namespace {

SearchParameter ranged(Scale scale, double low, double high) {
    SearchParameter p;
    p.scale = scale, p.low = low, p.high = high;
    return p;
}

}  // namespace

SearchParameter uniform(double low, double high, double step) {
    SearchParameter p = ranged(Scale::uniform, low, high);
    p.step = step;
    return p;
}
SearchParameter log(double low, double high) { return ranged(Scale::log, low, high); }
SearchParameter logit(double low, double high) { return ranged(Scale::logit, low, high); }
SearchParameter integer(double low, double high, bool logarithmic) {
    SearchParameter p = ranged(Scale::integer, low, high);
    p.log = logarithmic;
    return p;
}
SearchParameter pow2(double low, double high) { return ranged(Scale::pow2, low, high); }
SearchParameter choice(std::vector<std::string> words) {
    SearchParameter p = ranged(Scale::choice, 0, static_cast<double>(words.size()) - 1);
    p.choices = std::move(words);
    return p;
}

}  // namespace lockstep::sweep

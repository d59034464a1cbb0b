#include <lockstep/agents/sweep/space.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <lockstep/agents/scalar_math.hpp>
#include <lockstep/agents/sweep/constraint.hpp>
#include <lockstep/engine/error.hpp>

namespace lockstep::sweep {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double largest_whole = 0x1p53;

std::string digits(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

bool whole(double value) { return value == std::floor(value) && std::abs(value) <= largest_whole; }

bool power_of_two(double value) {
    int exponent = 0;
    return value > 0 && std::frexp(value, &exponent) == 0.5;
}

int exponent_of(double power) {
    int exponent = 0;
    std::frexp(power, &exponent);
    return exponent - 1;
}

// What is wrong with a range; empty: nothing.
std::string range_fault(const SearchParameter& p) {
    const std::string range = "[" + digits(p.low) + ", " + digits(p.high) + "]";
    if (p.scale == Scale::choice) return p.choices.empty() ? "choice = []: empty" : "";
    if (!std::isfinite(p.low) || !std::isfinite(p.high)) return range + ": allowed finite numbers";
    if (!std::isfinite(p.high - p.low)) return range + ": too wide for a double";
    if (p.low > p.high) return range + ": the lower end is above the upper one";
    if (p.scale == Scale::log && p.low <= 0) return "log = " + range + ": allowed ends above 0";
    if (p.scale == Scale::logit && (p.low <= 0 || p.high >= 1))
        return "logit = " + range + ": allowed ends above 0 and below 1";
    if (p.scale == Scale::integer && (!whole(p.low) || !whole(p.high)))
        return "integer = " + range + ": allowed whole numbers up to 2^53";
    if (p.scale == Scale::pow2 && (!power_of_two(p.low) || !power_of_two(p.high)))
        return "pow2 = " + range + ": allowed powers of two";
    return "";
}

bool takes(const SearchParameter& p, double value) {
    if (!(value >= p.low && value <= p.high)) return false;
    return p.scale == Scale::pow2 ? power_of_two(value) : !p.discrete() || whole(value);
}

std::string parent_fault(const std::vector<SearchParameter>& all, std::size_t i) {
    const SearchParameter& p = all[i];
    if (p.parent < 0) return "";
    if (static_cast<std::size_t>(p.parent) >= i) return "when: names a parameter that comes later";
    if (p.parent_values.empty()) return "when: no value of its parent";
    const SearchParameter& parent = all[static_cast<std::size_t>(p.parent)];
    for (const double value : p.parent_values)
        if (!takes(parent, value)) return "when: " + parent.name + " is never " + digits(value);
    return "";
}

double on_scale(Scale scale, double value) {
    if (scale == Scale::log) return scalar_log(value);
    if (scale == Scale::logit) return scalar_log(value / (1 - value));
    return value;
}

double off_scale(Scale scale, double at) {
    if (scale == Scale::log) return scalar_exp(at);
    if (scale == Scale::logit) return 1 / (1 + scalar_exp(-at));
    return at;
}

}  // namespace

std::int64_t SearchParameter::levels() const {
    switch (scale) {
        case Scale::choice:
            return std::ssize(choices);
        case Scale::integer:
            return static_cast<std::int64_t>(high - low) + 1;
        case Scale::pow2:
            return exponent_of(high) - exponent_of(low) + 1;
        default:
            return points;
    }
}

Space::Space(std::vector<SearchParameter> parameters, const std::vector<std::string>& constraints)
    : parameters_(std::move(parameters)) {
    std::string faults;
    const auto add = [&](const std::string& fault) {
        if (!fault.empty()) faults += (faults.empty() ? "" : "\n") + fault;
    };
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        SearchParameter& p = parameters_[i];
        if (p.scale == Scale::choice) p.low = 0, p.high = static_cast<double>(p.choices.size()) - 1;
        if (find(p.name) != static_cast<int>(i)) add(p.name + ": given twice");
        const std::string range = range_fault(p), parent = parent_fault(parameters_, i);
        if (!range.empty()) add(p.name + " = " + range);
        if (!parent.empty()) add(p.name + ": " + parent);
        axes_.push_back({});
        if (!range.empty() || p.discrete()) continue;
        const double from = on_scale(p.scale, p.low);
        axes_.back() = {from, on_scale(p.scale, p.high) - from};
    }
    for (const std::string& text : constraints) {
        try {
            constraints_.push_back(read_constraint(text, parameters_));
        } catch (const ConfigError& error) {
            add(error.what());
        }
    }
    if (!faults.empty()) throw ConfigError(faults);
}

int Space::find(std::string_view name) const {
    const auto found = std::ranges::find(parameters_, name, &SearchParameter::name);
    return found == parameters_.end() ? -1 : static_cast<int>(found - parameters_.begin());
}

double Space::value(int i, double u) const {
    const SearchParameter& p = (*this)[i];
    if (p.discrete()) {
        const std::int64_t levels = p.levels();
        const auto level =
            std::min(static_cast<std::int64_t>(u * static_cast<double>(levels)), levels - 1);
        if (p.scale == Scale::pow2) return std::ldexp(p.low, static_cast<int>(level));
        return p.low + static_cast<double>(level);
    }
    const Axis& axis = axes_[static_cast<std::size_t>(i)];
    return std::clamp(off_scale(p.scale, axis.from + u * axis.width), p.low, p.high);
}

double Space::unit(int i, double value) const {
    const SearchParameter& p = (*this)[i];
    if (p.discrete()) {
        const double level = p.scale == Scale::pow2
                                 ? static_cast<double>(exponent_of(value) - exponent_of(p.low))
                                 : value - p.low;
        return (level + 0.5) / static_cast<double>(p.levels());
    }
    const Axis& axis = axes_[static_cast<std::size_t>(i)];
    if (axis.width == 0) return 0.5;
    return std::clamp((on_scale(p.scale, value) - axis.from) / axis.width, 0.0, 1.0);
}

std::string Space::text(int i, double value) const {
    const SearchParameter& p = (*this)[i];
    return p.scale == Scale::choice ? p.choices[static_cast<std::size_t>(value)] : digits(value);
}

bool Space::active(int i, std::span<const double> values) const {
    const SearchParameter& p = (*this)[i];
    return p.parent < 0 ||
           std::ranges::find(p.parent_values, values[static_cast<std::size_t>(p.parent)]) !=
               p.parent_values.end();
}

void Space::values(std::span<const double> units, std::span<double> values) const {
    for (int i = 0; i < size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        values[at] = active(i, values) ? value(i, units[at]) : none;
    }
}

void Space::units(std::span<const double> values, std::span<double> units) const {
    for (int i = 0; i < size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        units[at] = std::isnan(values[at]) ? none : unit(i, values[at]);
    }
}

std::string Space::broken(std::span<const double> values) const {
    const auto first = std::ranges::find_if_not(
        constraints_, [&](const Constraint& c) { return kept(c, values); });
    return first == constraints_.end() ? "" : first->text;
}

bool Space::allows(std::span<const double> values) const {
    return std::ranges::all_of(constraints_, [&](const Constraint& c) { return kept(c, values); });
}

}  // namespace lockstep::sweep

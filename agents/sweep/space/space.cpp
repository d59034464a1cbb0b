
#include <lockstep/sweep/space.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <lockstep/error.hpp>
#include <lockstep/sweep/constraint.hpp>

#include "agents/statistics/scalar_math.hpp"
#include "agents/sweep/space/levels.hpp"
#include "engine/memory/hash.hpp"
#include "engine/text/number_text.hpp"

namespace lockstep::sweep {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double largest_whole = 0x1p53;

bool whole(double value) { return value == std::floor(value) && std::abs(value) <= largest_whole; }

bool power_of_two(double value) {
    int exponent = 0;
    return value > 0 && std::frexp(value, &exponent) == 0.5;
}

std::string log_integer_fault(const SearchParameter& p, const std::string& range) {
    constexpr double most = 0x1p40;  // beyond it, a double in [0, 1] cannot distinguish all of them
    if (p.scale != Scale::integer) return "log = true: allowed of integer";
    if (p.low < 1 || p.high > most)
        return "integer = " + range + ", log = true: allowed ends from 1 to 2^40";
    return "";
}

std::string step_fault(const SearchParameter& p, const std::string& range) {
    const std::string step = "step = " + shortest(p.step);
    if (p.scale != Scale::uniform) return step + ": allowed of uniform";
    if (!(p.step > 0) || !std::isfinite(p.step) || steps_between(p.low, p.high, p.step) < 1)
        return "uniform = " + range + ", " + step + ": allowed above 0 and up to the whole range";
    if (steps_between(p.low, p.high, p.step) > largest_whole)
        return "uniform = " + range + ", " + step + ": allowed up to 2^53 steps";
    return "";
}

// The fault of a range; empty if it has none.
std::string range_fault(const SearchParameter& p) {
    const std::string range = "[" + shortest(p.low) + ", " + shortest(p.high) + "]";
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
    if (p.log) return log_integer_fault(p, range);
    return p.step == 0 ? "" : step_fault(p, range);
}

double on_scale(const SearchParameter& p, double value) {
    if (p.scale == Scale::log || p.log) return scalar_log(value);
    if (p.scale == Scale::logit) return scalar_log(value / (1 - value));
    return value;
}

double off_scale(const SearchParameter& p, double at) {
    if (p.scale == Scale::log || p.log) return scalar_exp(at);
    if (p.scale == Scale::logit) return 1 / (1 + scalar_exp(-at));
    return at;
}

// For a continuous parameter with points: the level that lies exactly at u; -1: none.
std::int64_t level_at(const SearchParameter& p, double u) {
    if (p.points == 1) return u == 0.5 ? 0 : -1;
    const auto parts = static_cast<double>(p.points - 1);
    const double level = std::floor(u * parts + 0.5);
    return level / parts == u ? static_cast<std::int64_t>(level) : -1;
}

}  // namespace

bool same_values(std::span<const double> a, std::span<const double> b) {
    return std::ranges::equal(
        a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

std::uint64_t hash_of_values(std::span<const double> values) {
    Hash hash;
    for (const double value : values) {
        const double one = std::isnan(value) ? none : value + 0.0;  // makes the two zeros one
        hash.add(std::span(&one, 1));
    }
    return hash.value();
}

namespace {

// Parents that are named become numbers and values, as a file's reader makes them.
std::vector<SearchParameter> with_parents(
    std::initializer_list<std::pair<std::string, SearchParameter>> named) {
    std::vector<SearchParameter> all;
    for (const auto& [name, parameter] : named) {
        SearchParameter p = parameter;
        p.name = name;
        if (!p.when_name.empty()) {
            const auto parent = std::ranges::find(all, p.when_name, &SearchParameter::name);
            if (parent == all.end())
                throw ConfigError(name + ": when: '" + p.when_name + "' is no earlier parameter");
            p.parent = static_cast<int>(parent - all.begin());
            for (const std::string& word : p.when_words) {
                const auto index = std::ranges::find(parent->choices, word);
                const std::optional<double> number = number_in(word);
                const bool choice = parent->scale == Scale::choice;
                if (choice ? index == parent->choices.end() : !number)
                    throw ConfigError(name + ": when: " + p.when_name + " is never '" + word + "'");
                p.parent_values.push_back(
                    choice ? static_cast<double>(index - parent->choices.begin()) : *number);
            }
            p.when_name.clear(), p.when_words.clear();
        }
        all.push_back(std::move(p));
    }
    return all;
}

}  // namespace

Space::Space(std::initializer_list<std::pair<std::string, SearchParameter>> named)
    : Space(with_parents(named), {}) {}

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
        const std::string range = range_fault(p);
        if (!range.empty()) add(p.name + " = " + range);
        axes_.push_back({});
        if (range.empty()) add_axis(p);
        const std::string parent = parent_fault(i);
        if (!parent.empty()) add(p.name + ": when: " + parent);
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

void Space::add_axis(const SearchParameter& p) {
    Axis& axis = axes_.back();
    axis.levels = p.levels();
    if (p.discrete() && p.even()) return;
    const double beyond = p.log ? 0.5 : 0;  // a whole number covers all that is rounded to it
    axis.from = on_scale(p, p.low - beyond);
    axis.width = on_scale(p, p.high + beyond) - axis.from;
}

std::string Space::parent_fault(std::size_t i) {
    SearchParameter& p = parameters_[i];
    if (p.parent < 0) return "";
    if (static_cast<std::size_t>(p.parent) >= i) return "names a parameter that comes later";
    if (p.parent_values.empty()) return "no value of its parent";
    const SearchParameter& parent = (*this)[p.parent];
    if (!parent.discrete() && parent.points == 0)
        return parent.name +
               " is continuous, and hardly ever a number that is asked for: allowed are parents "
               "with levels (choice, integer, pow2, uniform with a step)";
    if (axis(p.parent).levels == 0) return "";  // its range is already a fault
    for (double& value : p.parent_values) {
        const std::int64_t level = level_of(p.parent, value);
        if (level < 0) return parent.name + " is never " + shortest(value);
        value = this->level(p.parent, level);
    }
    return "";
}

int Space::find(std::string_view name) const {
    const auto found = std::ranges::find(parameters_, name, &SearchParameter::name);
    return found == parameters_.end() ? -1 : static_cast<int>(found - parameters_.begin());
}

double Space::level(int i, std::int64_t k) const {
    const SearchParameter& p = (*this)[i];
    if (k == 0 && axis(i).levels != 1) return p.low;
    if (p.scale == Scale::pow2) return std::ldexp(p.low, static_cast<int>(k));
    if (p.step > 0) return step_level(p.low, p.step, k);
    if (p.discrete()) return p.low + static_cast<double>(k);
    const bool single = p.points == 1;
    const std::int64_t at = single ? 1 : k, parts = single ? 2 : p.points - 1;
    if (at == parts) return p.high;
    if (p.scale == Scale::log) return log_level(p.low, p.high, at, parts);
    if (p.scale == Scale::logit) return logit_level(p.low, p.high, at, parts);
    return uniform_level(p.low, p.high, at, parts);
}

std::int64_t Space::level_of(int i, double value) const {
    const SearchParameter& p = (*this)[i];
    if (!(value >= p.low && value <= p.high)) return -1;
    const std::int64_t levels = axis(i).levels;
    const double u = unit(i, value), parts = static_cast<double>(levels - 1);
    const std::int64_t near =
        p.discrete() ? cell(i, u) : static_cast<std::int64_t>(std::floor(u * parts + 0.5));
    constexpr double rounding = 1e-9;
    const double level = this->level(i, near);
    const bool written = p.step > 0 || !p.discrete();
    const double room = written ? rounding * std::max(std::abs(level), p.step) : 0;
    return std::abs(level - value) <= room ? near : -1;
}

std::int64_t Space::cell(int i, double u) const {
    const SearchParameter& p = (*this)[i];
    const Axis& a = axis(i);
    if (p.even())
        return std::min(static_cast<std::int64_t>(u * static_cast<double>(a.levels)), a.levels - 1);
    const double whole = std::floor(off_scale(p, a.from + u * a.width) + 0.5);
    return static_cast<std::int64_t>(std::clamp(whole, p.low, p.high) - p.low);
}

Space::Cell Space::cell_of(int i, std::int64_t level) const {
    const SearchParameter& p = (*this)[i];
    const Axis& a = axis(i);
    const auto k = static_cast<double>(level), count = static_cast<double>(a.levels);
    if (p.even()) return {k / count, (k + 1) / count};
    return {(on_scale(p, p.low + k - 0.5) - a.from) / a.width,
            (on_scale(p, p.low + k + 0.5) - a.from) / a.width};
}

double Space::value(int i, double u) const {
    const SearchParameter& p = (*this)[i];
    if (p.discrete()) return level(i, cell(i, u));
    if (u <= 0) return p.low;
    if (u >= 1) return p.high;
    if (p.points > 0) {
        const std::int64_t at = level_at(p, u);
        if (at >= 0) return level(i, at);
    }
    return std::clamp(off_scale(p, axis(i).from + u * axis(i).width), p.low, p.high);
}

double Space::unit(int i, double value) const {
    const SearchParameter& p = (*this)[i];
    const Axis& a = axis(i);
    if (p.discrete()) {
        if (a.levels == 1) return 0.5;
        double level = value - p.low;
        if (p.scale == Scale::pow2) level = exponent_of(value) - exponent_of(p.low);
        if (p.step > 0) level = std::floor(level / p.step + 0.5);
        if (p.even()) return (level + 0.5) / static_cast<double>(a.levels);
        const Cell cell = cell_of(i, static_cast<std::int64_t>(level));
        return (cell.low + cell.high) / 2;
    }
    if (a.width == 0) return 0.5;
    return std::clamp((on_scale(p, value) - a.from) / a.width, 0.0, 1.0);
}

std::string Space::text(int i, double value) const {
    const SearchParameter& p = (*this)[i];
    return p.scale == Scale::choice ? p.choices[static_cast<std::size_t>(value)] : shortest(value);
}

std::optional<double> Space::value_of(int i, std::string_view text) const {
    const SearchParameter& p = (*this)[i];
    if (p.scale == Scale::choice) {
        const auto found = std::ranges::find(p.choices, text);
        if (found == p.choices.end()) return std::nullopt;
        return static_cast<double>(found - p.choices.begin());
    }
    const std::optional<double> value = number_in(text);
    if (!value || *value < p.low || *value > p.high) return std::nullopt;
    if (!p.discrete()) return value;
    const std::int64_t k = level_of(i, *value);
    return k < 0 ? std::nullopt : std::optional(level(i, k));
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

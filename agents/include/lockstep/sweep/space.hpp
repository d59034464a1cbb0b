// What a study searches: parameters with ranges, and the unit cube in which samplers see them.
//
// Must not:  know agents, environments or results.
// Invariant: unit(value(u)) lies in the same cell as u, and both directions give the same bits on
//            every machine.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <lockstep/sweep/constraint.hpp>
#include <lockstep/sweep/search_parameter.hpp>

namespace lockstep::sweep {

// Whether both give each parameter the same value, or none (NaN); and a hash that is then equal.
bool same_values(std::span<const double> a, std::span<const double> b);
std::uint64_t hash_of_values(std::span<const double> values);

class Space {
public:
    Space() = default;
    // Throws ConfigError, one line per fault: names given twice; ranges that are empty or do not
    // fit their scale; parents that come later, have no levels or lack the value; constraints that
    // cannot be read. A parent's value that is a level up to rounding becomes that level.
    Space(std::vector<SearchParameter> parameters, const std::vector<std::string>& constraints);
    // Of parameters by name.
    Space(std::initializer_list<std::pair<std::string, SearchParameter>> named);

    int size() const { return static_cast<int>(parameters_.size()); }
    const SearchParameter& operator[](int i) const {
        return parameters_[static_cast<std::size_t>(i)];
    }
    std::span<const SearchParameter> parameters() const { return parameters_; }

    // The value of parameter i at u in [0, 1]: of a discrete one, that of the cell around u; of one
    // with points, exactly level k at k / (points - 1). At 0 and 1, the ends as they were given.
    double value(int i, double u) const;
    // The middle of the value's cell; for a continuous parameter, the u that gives it, up to
    // rounding.
    double unit(int i, double value) const;
    // Level k of a discrete parameter, or of one with points; a single point lies in the middle.
    double level(int i, std::int64_t k) const;
    // The level that equals the value up to rounding; -1: none.
    std::int64_t level_of(int i, double value) const;
    // For a discrete parameter: the level in whose cell u lies, and where a level's cell ends.
    std::int64_t cell(int i, double u) const;
    struct Cell {
        double low = 0, high = 1;
    };
    Cell cell_of(int i, std::int64_t level) const;
    // The value in the form that a setting takes: shortest round-trip digits, or the choice's text.
    std::string text(int i, double value) const;
    // The reverse, for any spelling; nothing if the parameter never has this value.
    std::optional<double> value_of(int i, std::string_view text) const;
    // The index of the parameter with this name; -1: none.
    int find(std::string_view name) const;

    // Whether parameter i has a value, given those of the parameters before it.
    bool active(int i, std::span<const double> values) const;
    // The values at a point of the unit cube; NaN where a parameter has none.
    void values(std::span<const double> units, std::span<double> values) const;
    // The reverse; NaN where there is no value.
    void units(std::span<const double> values, std::span<double> units) const;
    // Whether the values keep all constraints; one that names a parameter without a value is kept.
    bool allows(std::span<const double> values) const;
    // The text of the first constraint that the values break; empty: none.
    std::string broken(std::span<const double> values) const;
    bool constrained() const { return !constraints_.empty(); }
    std::span<const Constraint> constraints() const { return constraints_; }

private:
    // A parameter's range on its scale, and its levels.
    struct Axis {
        double from = 0, width = 0;
        std::int64_t levels = 0;
    };
    const Axis& axis(int i) const { return axes_[static_cast<std::size_t>(i)]; }
    void add_axis(const SearchParameter& p);
    std::string parent_fault(std::size_t i);

    std::vector<SearchParameter> parameters_;
    std::vector<Axis> axes_;
    std::vector<Constraint> constraints_;
};

}  // namespace lockstep::sweep

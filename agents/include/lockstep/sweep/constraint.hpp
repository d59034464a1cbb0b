// Conditions on a study's values, as its file writes them: "minibatches <= worlds * rollout",
// "minibatches divides worlds * rollout".
//
// Must not:  know scales, samplers or agents.
// Invariant: what was read says what was written: no part of a text is ignored.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::sweep {

struct SearchParameter;

enum class Relation { less, less_equal, greater, greater_equal, divides };

// A parameter as a number.
struct Variable {
    int parameter = 0;
    std::vector<double> numbers = {};  // of a choice, whose value is an index: what each stands for
};

struct Product {
    double factor = 1;
    std::vector<Variable> variables;
};

// Sums of products on either side.
struct Constraint {
    std::string text;
    std::vector<Product> left, right;
    Relation relation = Relation::less;
};

// Text: SUM < SUM, or <=, >, >=, divides; a sum is products joined by + and -, a product numbers
// and names of numeric parameters joined by *: a choice is one where every choice is a number. What
// divides and what is divided are whole numbers. Throws ConfigError, quoting what cannot be read,
// with the nearest name.
Constraint read_constraint(std::string_view text, std::span<const SearchParameter> parameters);

// Whether the values keep it; so does one that names a parameter without a value (NaN). Nothing
// divides by 0.
bool kept(const Constraint& constraint, std::span<const double> values);

}  // namespace lockstep::sweep

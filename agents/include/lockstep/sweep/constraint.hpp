// Conditions on a study's values, as its file writes them: "minibatches <= worlds * rollout",
// "minibatches divides worlds * rollout".
//
// Must not:  know scales, samplers or agents.
// Invariant: a constraint means exactly what its text says: no part of a text is ignored.
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
    std::vector<double> numbers = {};  // of a choice, whose value is an index: the number of each
};

struct Product {
    double factor = 1;
    std::vector<Variable> variables;
};

// Sums of products on both sides.
struct Constraint {
    std::string text;
    std::vector<Product> left, right;
    Relation relation = Relation::less;
};

// Text: SUM < SUM, or <=, >, >=, divides. A sum is products joined by + and -; a product is numbers
// and names of numeric parameters joined by *. A choice is numeric if every choice is a number.
// Both sides of `divides` are whole numbers. Throws ConfigError, quoting what cannot be read, with
// the nearest name.
Constraint read_constraint(std::string_view text, std::span<const SearchParameter> parameters);

// Whether the values keep it. A constraint that names a parameter without a value (NaN) is kept. 0
// divides nothing.
bool kept(const Constraint& constraint, std::span<const double> values);

}  // namespace lockstep::sweep

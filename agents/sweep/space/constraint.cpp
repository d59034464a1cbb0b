
#include <lockstep/sweep/constraint.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include <lockstep/error.hpp>
#include <lockstep/sweep/search_parameter.hpp>

#include "engine/text/number_text.hpp"

namespace lockstep::sweep {
namespace {

// The characters that a name may not contain.
constexpr std::string_view name_ends = " <>=+-*";

class Reader {
public:
    Reader(std::string_view text, std::span<const SearchParameter> parameters)
        : text_(text), left_(text), parameters_(parameters) {}

    Constraint read() {
        Constraint constraint{std::string(text_), sum(), {}, relation()};
        constraint.right = sum();
        if (!left_.empty()) fail("'" + std::string(left_) + "' is too much");
        if (constraint.relation == Relation::divides) {
            check_whole(constraint.left);
            check_whole(constraint.right);
        }
        return constraint;
    }

private:
    [[noreturn]] void fail(const std::string& why) const {
        throw ConfigError("constraint '" + std::string(text_) + "': " + why);
    }
    void skip_spaces() {
        left_.remove_prefix(std::min(left_.find_first_not_of(' '), left_.size()));
    }
    bool take(std::string_view token) {
        skip_spaces();
        if (!left_.starts_with(token)) return false;
        left_.remove_prefix(token.size());
        skip_spaces();
        return true;
    }
    // The same for a word that does not continue.
    bool take_word(std::string_view word) {
        const std::string_view rest = left_.substr(std::min(word.size(), left_.size()));
        if (!rest.empty() && name_ends.find(rest[0]) == name_ends.npos) return false;
        return take(word);
    }
    Relation relation() {
        static constexpr std::pair<std::string_view, Relation> known[] = {
            {"<=", Relation::less_equal},
            {">=", Relation::greater_equal},
            {"<", Relation::less},
            {">", Relation::greater},
        };
        for (const auto& [token, relation] : known)
            if (take(token)) return relation;
        if (take_word("divides")) return Relation::divides;
        fail("expected <, <=, >, >= or divides at '" + std::string(left_) + "'");
    }
    void check_whole(const std::vector<Product>& terms) const {
        for (const Product& term : terms) {
            if (term.factor != std::floor(term.factor))
                fail("divides: " + shortest(term.factor) + " is not a whole number");
            for (const Variable& v : term.variables) {
                const SearchParameter& p = parameters_[static_cast<std::size_t>(v.parameter)];
                if (!p.whole()) fail("divides: " + p.name + " is not always a whole number");
            }
        }
    }
    std::vector<Product> sum() {
        std::vector<Product> terms;
        double sign = take("-") ? -1 : 1;
        while (true) {
            terms.push_back(product());
            terms.back().factor *= sign;
            if (take("+")) {
                sign = 1;
            } else if (take("-")) {
                sign = -1;
            } else {
                return terms;
            }
        }
    }
    Product product() {
        Product product;
        do {
            factor(product);
        } while (take("*"));
        return product;
    }
    void factor(Product& product) {
        skip_spaces();
        double number = 0;
        const auto [end, error] =
            std::from_chars(left_.data(), left_.data() + left_.size(), number);
        // A name may begin like "inf" and "nan".
        const bool digit = left_.find_first_of("0123456789.-") == 0;
        if (digit && error == std::errc()) {
            left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
            product.factor *= number;
            skip_spaces();
            return;
        }
        product.variables.push_back(variable());
    }
    Variable variable() {
        const std::size_t length = std::min(left_.find_first_of(name_ends), left_.size());
        const std::string_view name = left_.substr(0, length);
        if (name.empty()) fail("expected a number or a parameter at '" + std::string(left_) + "'");
        std::vector<std::string_view> known;
        for (const SearchParameter& p : parameters_) known.emplace_back(p.name);
        const auto found = std::ranges::find(known, name);
        if (found == known.end()) fail(unknown_name("parameter", name, known));
        Variable variable{static_cast<int>(found - known.begin())};
        const SearchParameter& p = parameters_[static_cast<std::size_t>(variable.parameter)];
        for (const std::string& word : p.choices) {
            const std::optional<double> number = number_in(word);
            if (!number) fail(p.name + " is a choice with '" + word + "', which is no number");
            variable.numbers.push_back(*number);
        }
        left_.remove_prefix(length);
        skip_spaces();
        return variable;
    }

    std::string_view text_, left_;
    std::span<const SearchParameter> parameters_;
};

double number(const Variable& variable, std::span<const double> values) {
    const double value = values[static_cast<std::size_t>(variable.parameter)];
    if (variable.numbers.empty() || std::isnan(value)) return value;
    return variable.numbers[static_cast<std::size_t>(value)];
}

double total(const std::vector<Product>& terms, std::span<const double> values) {
    double sum = 0;
    for (const Product& term : terms) {
        double product = term.factor;
        for (const Variable& v : term.variables) product *= number(v, values);
        sum += product;
    }
    return sum;
}

}  // namespace

Constraint read_constraint(std::string_view text, std::span<const SearchParameter> parameters) {
    return Reader(text, parameters).read();
}

bool kept(const Constraint& constraint, std::span<const double> values) {
    const double left = total(constraint.left, values), right = total(constraint.right, values);
    if (std::isnan(left) || std::isnan(right)) return true;
    switch (constraint.relation) {
        case Relation::less:
            return left < right;
        case Relation::less_equal:
            return left <= right;
        case Relation::greater:
            return left > right;
        case Relation::divides:
            return std::fmod(right, left) == 0;  // NaN if left is 0
        default:
            return left >= right;
    }
}

}  // namespace lockstep::sweep

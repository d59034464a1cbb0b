// One parameter that a study searches.
//
// Must not:  know other parameters, except the number of the one on which it depends.
// Invariant: plain data; Space checks it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lockstep::sweep {

enum class Scale {
    uniform,  // low to high; with a step: low, low + step, ..., equally likely
    log,      // the logarithm is uniform; low > 0
    logit,    // log(x / (1 - x)) is uniform; 0 < low, high < 1
    integer,  // whole numbers low to high, equally likely; or, with `log`, n as likely as that a
              // number whose logarithm is uniform is rounded to n (Optuna's IntDistribution)
    pow2,     // powers of two, low to high, equally likely
    choice,   // one of some words or numbers, equally likely
};

inline constexpr std::string_view scale_names[] = {"uniform", "log",  "logit",
                                                   "integer", "pow2", "choice"};

struct SearchParameter {
    std::string name;
    Scale scale = Scale::uniform;
    double low = 0, high = 1;               // both allowed; of a choice: 0 and the last index
    std::vector<std::string> choices = {};  // a choice's texts; its value is the index
    double step = 0;                        // of a uniform one; 0: any number
    bool log = false;                       // of an integer
    std::int64_t points = 0;                // levels of a grid; 0 if a continuous one gives none
    // Has a value only where parameter `parent`, an earlier one, has one of these. -1: always.
    int parent = -1;
    std::vector<double> parent_values = {};
    // The same by name, until a Space has found the parent.
    std::string when_name = {};
    std::vector<std::string> when_words = {};

    // The same, with a value only where the earlier parameter has one of these.
    SearchParameter when(std::string earlier, std::vector<std::string> words) const {
        SearchParameter conditional = *this;
        conditional.when_name = std::move(earlier), conditional.when_words = std::move(words);
        return conditional;
    }

    bool discrete() const {
        return scale == Scale::integer || scale == Scale::pow2 || scale == Scale::choice ||
               step > 0 || low == high;
    }
    // The number of values of a discrete parameter; otherwise its points.
    std::int64_t levels() const;
    // For a discrete parameter: whether the cells of its levels are equally wide.
    bool even() const { return !log; }
    // Whether every value is a whole number.
    bool whole() const;
};

// The finite number that a text spells, if it spells nothing else.
std::optional<double> number_in(std::string_view text);

// Parameters as a Space's list names them: {"learning_rate", log(1e-4, 1e-1)}. Ends are allowed.
SearchParameter uniform(double low, double high, double step = 0);
SearchParameter log(double low, double high);
SearchParameter logit(double low, double high);
SearchParameter integer(double low, double high, bool logarithmic = false);
SearchParameter pow2(double low, double high);
SearchParameter choice(std::vector<std::string> words);
template <class... Words>
SearchParameter choice(const char* first, const Words&... words) {
    return choice(std::vector<std::string>{first, words...});
}

}  // namespace lockstep::sweep

// What an environment observes and what can be done in it, in Gymnasium's words.
//
// Must not:  hold values; VectorEnv's views do.
// Invariant: a space describes every environment of a VectorEnv.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include <lockstep/detail/contract/column_type.hpp>

namespace lockstep {

// One of several actions: 0 .. n - 1.
struct Discrete {
    int n = 0;
    std::vector<std::string> names = {};  // by number; or none
};

// A number of an observation or an action, with the name of its column: name, or name[0], ...
struct BoxColumn {
    std::string name;
    double low, high;                       // both allowed; infinite where there is no bound
    ColumnType type = ColumnType::real;     // of actions always real
    std::vector<std::string> options = {};  // of an action: words that whole numbers stand for
    std::string unit = {};
};

struct Box {
    std::vector<BoxColumn> columns;
};

using ActionSpace = std::variant<Discrete, Box>;

}  // namespace lockstep

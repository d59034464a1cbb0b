// Functions on which optimizers are tested, in lanes.
//
// Must not:  know studies or noise.
// Invariant: a lane's value depends only on that lane's arguments, with the same bits on every
//            machine.
#pragma once

#include <span>
#include <string_view>

#include <lockstep/detail/lane/lane.hpp>

namespace lockstep::sweep {

struct TestFunction {
    using Value = Lanes<Scalar, double>::real;

    std::string_view name;
    Value (*value)(std::span<const Value> x);
    int dimensions;  // 0: any
};

std::span<const TestFunction> test_functions();

}  // namespace lockstep::sweep

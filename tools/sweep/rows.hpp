// A study's rows as JSON.
//
// Must not:  know where rows are kept.
// Invariant: the same rows give the same bytes: no clock, no host, no order of arrival.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <lockstep/sweep/study.hpp>

#include "engine/text/json.hpp"

namespace lockstep::sweep {

// {"rate": 0.1, "hidden": "8-8"}, without parameters that have no value.
Json values_json(const Space& space, std::span<const double> values);

Json row_json(const Study& study, const TrialRow& row);

using EachRow = std::function<void(const TrialRow&)>;
using Rows = std::function<void(const EachRow&)>;  // calls its argument for every row, in order
using Put = std::function<void(std::string_view)>;

}  // namespace lockstep::sweep

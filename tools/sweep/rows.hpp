// A study's rows as text: JSON lines, CSV, and a journal that Optuna reads.
//
// Must not:  know where rows are kept.
// Invariant: the same rows give the same bytes: no clock, no host, no order of arrival.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <lockstep/agents/sweep/study.hpp>
#include <lockstep/engine/json.hpp>
#include <lockstep/tools/paths.hpp>

namespace lockstep::sweep {

enum class RowFormat { csv, jsonl, optuna_journal };
inline constexpr std::string_view row_formats[] = {"csv", "jsonl", "optuna-journal"};

// {"rate": 0.1, "hidden": "8-8"}, without those that have no value.
Json values_json(const Space& space, std::span<const double> values);

Json row_json(const Study& study, const TrialRow& row);

using EachRow = std::function<void(const TrialRow&)>;
using Rows = std::function<void(const EachRow&)>;  // calls it for every row, in order
using Put = std::function<void(std::string_view)>;

// jsonl is the canonical dump: the study, then its rows in order of trial, role and stage.
// optuna-journal has the tuning of each trial, stages as intermediate values, and means on
// validation and test seeds as user attributes.
void write_rows(RowFormat format, const Study& study, const Rows& rows, const Put& put);

// Whether a file begins as write_rows begins, in one of its formats.
Found found_export(const std::string& path);

}  // namespace lockstep::sweep

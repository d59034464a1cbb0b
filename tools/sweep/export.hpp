// A study's rows as text: JSON lines, CSV, and a journal that Optuna reads.
//
// Must not:  know where rows are kept.
// Invariant: the same rows give the same bytes: no clock, no host, no order of arrival.
#pragma once

#include <string>
#include <string_view>

#include "tools/files/paths.hpp"
#include "tools/sweep/rows.hpp"

namespace lockstep::sweep {

enum class RowFormat { csv, jsonl, optuna_journal };
inline constexpr std::string_view row_formats[] = {"csv", "jsonl", "optuna-journal"};

// jsonl is the canonical dump: the study, then its rows in order of trial, role and stage.
// optuna-journal has the tuning of each trial, with stages as intermediate values, and the means on
// validation and test seeds as user attributes.
void write_rows(RowFormat format, const Study& study, const Rows& rows, const Put& put);

// Whether a file begins like one that write_rows wrote, in any format.
Found found_export(const std::string& path);

}  // namespace lockstep::sweep

// Rows whose every field is determined by their number.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/store/store.hpp"

namespace lockstep::test {

// Row i of a made-up study: all roles and states, odd numbers, empty and long texts, some of them
// with a state.
sweep::TrialRow sample_row(std::int64_t i);
std::vector<sweep::TrialRow> sample_rows(std::int64_t first, std::int64_t end);

// Compares every bit, so that NaN equals itself.
bool same(const sweep::TrialRow& a, const sweep::TrialRow& b);

std::vector<sweep::TrialRow> load_all(sweep::TrialLog& log);

// Whether these are sample rows 0, 1, ... without a gap.
bool are_first_samples(std::vector<sweep::TrialRow> rows);

}  // namespace lockstep::test

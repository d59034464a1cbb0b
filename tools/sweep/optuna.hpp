// A study as the journal file of Optuna's JournalStorage (3.1 and later).
//
// Must not:  know where rows are kept.
// Invariant: every line is one that Optuna itself would accept; trials are in the order of ids.
#pragma once

#include "tools/sweep/rows.hpp"

namespace lockstep::sweep {

// Reads the rows twice: final scores are attributes of trials, which are written earlier.
void write_optuna(const Study& study, const Rows& rows, const Put& put);

}  // namespace lockstep::sweep

// Rows in the tables `trial` and `resume_state`.
//
// Must not:  begin or end transactions.
// Invariant: a row that is read fits its checksum, and so does its state.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <lockstep/tools/store/record.hpp>
#include <lockstep/tools/store/sqlite.hpp>

namespace lockstep::sweep {

// States that no stage will go on from: those of trials first to end - 1, of stages before one.
struct SpentStates {
    std::int64_t first = 0, end = 0, before_stage = 0;
};

inline SpentStates states_before(std::int64_t trial) {
    return {0, trial, std::numeric_limits<std::int64_t>::max()};
}

struct DamagedRow {
    RowKey key;
    std::string what;  // "trial 7, tuning, stage 0: ..."
};

class TrialTable {
public:
    explicit TrialTable(Database& database);

    void insert(const TrialRow& row);
    // All sound rows, in order of (trial, role, stage); returns the others. Throws ConfigError
    // where keys are out of order.
    std::vector<DamagedRow> read(const std::function<void(TrialRow&&)>& each);
    // Throws ConfigError where it cannot be found by its key.
    void remove(const RowKey& key);
    void forget(const SpentStates& states);

private:
    // What is wrong, or null.
    const char* take(const RowKey& key, const Statement& row, TrialRow& to);
    const char* take_state(const RowKey& key, const Decoded& decoded, TrialRow& to);

    Database& database_;
    Statement insert_row_, put_state_, get_state_;
    ByteWriter record_;
};

}  // namespace lockstep::sweep

// Rows in the tables `trial` and `set_aside`, and their states in `resume_state`.
//
// Must not:  begin or end transactions.
// Invariant: a row that is read matches its checksum, and so does its state.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "tools/store/record.hpp"
#include "tools/store/sqlite.hpp"

namespace lockstep::sweep {

// States that no stage will resume: those of trials first to end - 1, from stages before `stage`.
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
    // `name` is trial or set_aside.
    TrialTable(Database& database, const std::string& name);

    void insert(const TrialRow& row);
    // Reads all sound rows, in order of (trial, role, stage), and returns the others. Throws
    // ConfigError if keys are out of order.
    std::vector<DamagedRow> read(const std::function<void(TrialRow&&)>& each);
    // Throws ConfigError if the key cannot be found.
    void remove(const RowKey& key);
    void forget(const SpentStates& states);
    // Moves a row to the other table; its state stays where it is. Throws ConfigError if the key
    // cannot be found.
    void move(const RowKey& key, TrialTable& to);

private:
    // Executes an action like "DELETE FROM" on the row with this key.
    void change(std::string_view action, std::string_view table, const RowKey& key);
    // Returns what is wrong, or null.
    const char* take(const RowKey& key, const Statement& row, TrialRow& to);
    const char* take_state(const RowKey& key, const Decoded& decoded, TrialRow& to);

    Database& database_;
    std::string name_;
    Statement insert_row_, put_state_, get_state_;
    ByteWriter record_;
};

}  // namespace lockstep::sweep

// A study's rows in an SQLite file: one writer, and readers at any time.
//
// Owns:      the file, its transactions, and the handling of damage.
// Must not:  know samplers, agents or verbs.
// Invariant: load() returns a row with the bits that were appended, or not at all; rows for which
//            sync() has returned survive any crash. Damage is refused with a ConfigError or
//            counted, never used.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tools/store/lock.hpp"
#include "tools/store/progress.hpp"
#include "tools/store/sqlite.hpp"
#include "tools/store/study_table.hpp"
#include "tools/store/trial_table.hpp"

namespace lockstep::sweep {

// Throws ConfigError on names that SQLite does not use as a file: empty, `:memory:` and `file:`...
void check_store_name(const std::string& path);

class Store final : public TrialLog {
public:
    // Whether the study with the stored configuration, as JSON, may become the one that opens it.
    using Becomes = std::function<bool(const std::string& stored)>;

    // For writing: makes the store, or resumes it. `config` is the study's configuration, as JSON;
    // if the store has another, `becomes` decides whether it is replaced by `config`. Throws
    // ConfigError if another process writes the store, if it is not a sound store, or if its
    // configuration differs, naming the keys; with `replace` a sound store of another configuration
    // is replaced instead.
    static std::unique_ptr<Store> open(const std::string& path, const std::string& config,
                                       bool maximize, const Becomes& becomes = {},
                                       bool replace = false);
    // For reading, even while another process writes it, and where writing is not allowed. Throws
    // ConfigError if it is not a store; std::runtime_error if its newest rows are in a log that
    // cannot be read without write permission.
    static std::unique_ptr<Store> read(const std::string& path);

    // Skips damaged rows; a writer also deletes them, so that the study runs them again. A writer
    // must call this before its first append.
    void load(const std::function<void(TrialRow&&)>& each) override;
    // Damaged rows are added to damaged(), and a writer deletes them. Must follow load().
    void load_set_aside(const std::function<void(TrialRow&&)>& each) override;
    // What is not synced is lost when the store is closed, or when one of these throws.
    void append(std::vector<TrialRow>&& rows) override;
    void add_cost(const CostTotals& cost);
    // Moves rows between two tables; progress counts only the rows that load() returns.
    void set_aside(std::span<const RowKey> aside, std::span<const RowKey> back) override;
    void forget(const SpentStates& states);
    void forget_states(std::int64_t trial) override { forget(states_before(trial)); }
    void sync() override;

    // The damage found by the last load(): a line for each record that does not match its checksum,
    // and the number of rows that are missing altogether.
    const std::vector<std::string>& damaged() const { return damaged_; }
    std::int64_t missing() const { return missing_; }
    // Reads all pages; throws ConfigError if they are not sound. open() has already done so.
    void check();

    // As of the last sync, even one by another process.
    StoreProgress progress();
    const StudyEntries& study() const { return study_; }

private:
    Store(Database&& database, std::unique_ptr<WriterLock> lock);
    static std::unique_ptr<Store> open(const std::string& path, const std::string& config,
                                       const Becomes& becomes, bool replace,
                                       std::unique_ptr<WriterLock> lock);
    void create(const std::string& config);
    void become(const std::string& config);
    void open_tables();
    // Runs within a transaction that is rolled back if it throws.
    template <class Action>
    void change(const Action& action);

    std::unique_ptr<WriterLock> lock_;  // null when reading
    Database database_;
    std::optional<TrialTable> trials_, set_aside_;
    bool maximise_ = true;
    StudyEntries study_;
    StoreProgress synced_, pending_;  // used by a writer
    std::vector<std::string> damaged_;
    std::int64_t missing_ = 0;
};

}  // namespace lockstep::sweep

// A study's rows in an SQLite file: one writer, and readers at any time.
//
// Owns:      the file, its transactions, and what becomes of damage.
// Must not:  know samplers, agents or verbs.
// Invariant: load() gives a row with the bits that were appended, or not at all; what sync()
//            returned for outlives any crash. Damage is refused with a ConfigError or counted,
//            never used.
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

// Throws ConfigError on names that are none of a file to SQLite: nothing, `:memory:` and `file:`...
void check_store_name(const std::string& path);

class Store final : public TrialLog {
public:
    // Whether the study of this configuration, as JSON, may become that which opens the store.
    using Becomes = std::function<bool(const std::string& stored)>;

    // For writing: makes the store, or goes on with it. `config` is the study's, as JSON; where the
    // store's is another, `becomes` decides, and the store's becomes `config`. Throws ConfigError
    // where another process writes it, where it is no sound store, or where its configuration is
    // another, naming the keys that differ; with `replace` a sound store of another configuration
    // makes room instead.
    static std::unique_ptr<Store> open(const std::string& path, const std::string& config,
                                       bool maximise, const Becomes& becomes = {},
                                       bool replace = false);
    // For reading, also while another process writes it, and where nothing may be written. Throws
    // ConfigError where it is no store; std::runtime_error where its newest rows lie in a log that
    // cannot be read without the right to write.
    static std::unique_ptr<Store> read(const std::string& path);

    // Skips damaged rows; a writer also deletes them, so that the study runs them again. A writer's
    // comes before its first append.
    void load(const std::function<void(TrialRow&&)>& each) override;
    // Those that are damaged are among damaged(); a writer deletes them. Comes after load().
    void load_set_aside(const std::function<void(TrialRow&&)>& each) override;
    // What is not synced is lost when the store is closed, or when one of these throws.
    void append(std::vector<TrialRow>&& rows) override;
    void spend(const Work& work);
    // Rows move between two tables; progress counts those of load() alone.
    void set_aside(std::span<const RowKey> aside, std::span<const RowKey> back) override;
    void forget(const SpentStates& states);
    void forget_states(std::int64_t trial) override { forget(states_before(trial)); }
    void sync() override;

    // What the last load() met: a line for each record that does not fit its checksum, and how many
    // rows are gone without a trace.
    const std::vector<std::string>& damaged() const { return damaged_; }
    std::int64_t missing() const { return missing_; }
    // Reads all pages; throws ConfigError where they are not sound. open() has done so.
    void check();

    // As of the last sync, also another process's.
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
    // Within a transaction; undone whole where it throws.
    template <class Action>
    void change(const Action& action);

    std::unique_ptr<WriterLock> lock_;  // null: for reading
    Database database_;
    std::optional<TrialTable> trials_, set_aside_;
    bool maximise_ = true;
    StudyEntries study_;
    StoreProgress synced_, pending_;  // of a writer
    std::vector<std::string> damaged_;
    std::int64_t missing_ = 0;
};

}  // namespace lockstep::sweep

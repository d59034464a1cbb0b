
#include "tools/store/store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include <lockstep/error.hpp>

#include "tools/store/config_difference.hpp"
#include "tools/store/schema.hpp"

namespace lockstep::sweep {
namespace {

constexpr const char* settings =
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;"
    "PRAGMA secure_delete = OFF;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA wal_autocheckpoint = 4000";  // pages in the log before they are copied

}  // namespace

void check_store_name(const std::string& path) {
    if (path.empty()) throw ConfigError("'': expected the name of a store");
    if (path != ":memory:" && !path.starts_with("file:")) return;
    throw ConfigError(fmt::format(
        "'{0}': a store is a file, and this name means another thing to SQLite; './{0}' is a file",
        path));
}

Store::Store(Database&& database, std::unique_ptr<WriterLock> lock)
    : lock_(std::move(lock)), database_(std::move(database)) {
    database_.run(settings);
}

std::unique_ptr<Store> Store::open(const std::string& path, const std::string& config,
                                   bool maximize, const Becomes& becomes, bool replace) {
    check_store_name(path);
    auto store = open(path, config, becomes, replace, std::make_unique<WriterLock>(path));
    store->maximise_ = maximize;
    store->synced_ = store->pending_ = read_progress(store->database_).value_or(StoreProgress{});
    store->open_tables();
    return store;
}

void Store::open_tables() {
    trials_.emplace(database_, "trial");
    set_aside_.emplace(database_, "set_aside");
}

void Store::become(const std::string& config) {
    study_.config = config;
    Transaction transaction(database_);
    write_study(database_, study_);
    transaction.commit();
}

std::unique_ptr<Store> Store::open(const std::string& path, const std::string& config,
                                   const Becomes& becomes, bool replace,
                                   std::unique_ptr<WriterLock> lock) {
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    std::unique_ptr<Store> store(new Store(Database(path, flags), std::move(lock)));
    if (blank(store->database_)) store->create(config);
    store->check();
    store->study_ = read_study(store->database_);
    const auto changed = differences(store->study_.config, config);
    if (changed.empty()) return store;
    if (becomes && !replace && becomes(store->study_.config)) {
        store->become(config);
        return store;
    }
    if (!replace) {
        throw ConfigError(
            fmt::format("'{}' holds a study of another configuration (--force replaces it):\n  {}",
                        path, fmt::join(changed, "\n  ")));
    }
    lock = std::move(store->lock_);
    store.reset();
    remove_database(path);
    return open(path, config, {}, false, std::move(lock));
}

std::unique_ptr<Store> Store::read(const std::string& path) {
    check_store_name(path);
    std::unique_ptr<Store> store(new Store(open_to_read(path), nullptr));
    if (blank(store->database_))
        throw ConfigError(fmt::format("'{}' is not a trial store: there is no study in it", path));
    store->study_ = read_study(store->database_);
    store->open_tables();
    return store;
}

void Store::create(const std::string& config) {
    // Neither can be set inside the transaction that makes everything else.
    database_.run("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL");
    Transaction transaction(database_);
    make_tables(database_);
    write_study(database_, {config, LOCKSTEP_VERSION});
    write_progress(database_, {});
    transaction.commit();
}

void Store::load(const std::function<void(TrialRow&&)>& each) {
    Transaction transaction(database_);
    const std::optional<StoreProgress> stored = read_progress(database_);
    StoreProgress found;
    if (stored) found.cost = stored->cost;
    const auto bad = trials_->read([&](TrialRow&& row) {
        found.count(row, maximise_);
        each(std::move(row));
    });
    const auto met = found.total() + static_cast<std::int64_t>(bad.size());
    missing_ = stored ? std::max<std::int64_t>(0, stored->total() - met) : 0;
    database_.check_unchanged();
    damaged_.clear();
    if (!stored) damaged_.emplace_back("progress: the record does not fit its checksum");
    for (const DamagedRow& row : bad) damaged_.push_back(row.what);
    if (!lock_) return;
    for (const DamagedRow& row : bad) trials_->remove(row.key);
    if (stored != found) write_progress(database_, found);
    transaction.commit();
    synced_ = pending_ = found;
}

void Store::load_set_aside(const std::function<void(TrialRow&&)>& each) {
    Transaction transaction(database_);
    for (const DamagedRow& row : set_aside_->read(each)) {
        damaged_.push_back(row.what + " (of those set aside)");
        if (lock_) set_aside_->remove(row.key);
    }
    if (lock_) transaction.commit();
}

template <class Action>
void Store::change(const Action& action) {
    assert(lock_);
    try {
        if (!database_.in_transaction()) database_.run("BEGIN");
        action();
    } catch (...) {
        database_.roll_back();
        pending_ = synced_;
        throw;
    }
}

void Store::append(std::vector<TrialRow>&& rows) {
    change([&] {
        for (const TrialRow& row : rows) {
            trials_->insert(row);
            pending_.count(row, maximise_);
        }
    });
}

void Store::add_cost(const CostTotals& cost) {
    change([&] { pending_.cost += cost; });
}

void Store::set_aside(std::span<const RowKey> aside, std::span<const RowKey> back) {
    change([&] {
        for (const RowKey& key : aside) trials_->move(key, *set_aside_);
        for (const RowKey& key : back) set_aside_->move(key, *trials_);
        StoreProgress left;
        left.cost = pending_.cost;
        trials_->read([&](TrialRow&& row) { left.count(row, maximise_); });
        pending_ = left;
    });
}

void Store::forget(const SpentStates& states) {
    change([&] { trials_->forget(states); });
}

void Store::sync() {
    if (!database_.in_transaction()) return;
    change([&] {
        write_progress(database_, pending_);
        database_.run("COMMIT");
        synced_ = pending_;
    });
}

void Store::check() { check_pages(database_); }

StoreProgress Store::progress() {
    if (const auto found = read_progress(database_)) return *found;
    database_.refuse_damage(
        "its progress does not fit its checksum; running its study again counts its rows");
}

}  // namespace lockstep::sweep

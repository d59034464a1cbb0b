// Commits in its own thread, so that a study never waits for a disk.
//
// Must not:  know SQLite.
// Invariant: `durable` hears of a row after its commit, never earlier. The queue is bounded: a slow
//            disk first makes larger groups, then makes append() wait.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "tools/store/store.hpp"

namespace lockstep::sweep {

class Committer : public TrialLog {
public:
    // `durable` is called from the committer's thread after each commit, with the store's progress;
    // it may be empty. The store belongs to this object while it lives.
    Committer(Store& store, std::function<void(const StoreProgress&)> durable);
    // Commits what is queued, and ignores errors; call sync() first to learn of them.
    ~Committer() override;

    void load(const std::function<void(TrialRow&&)>& each) override;
    void load_set_aside(const std::function<void(TrialRow&&)>& each) override;
    void set_aside(std::span<const RowKey> aside, std::span<const RowKey> back) override;
    // These return at once unless too much is queued. Once the committer's thread has failed, each
    // of them throws its error.
    void append(std::vector<TrialRow>&& rows) override;
    void add_cost(const CostTotals& cost);
    // For rows that have already been appended.
    void forget(const SpentStates& states);
    void forget_states(std::int64_t trial) override { forget(states_before(trial)); }
    void sync() override;

private:
    // What one commit contains.
    struct Group {
        std::vector<TrialRow> rows;
        std::vector<SpentStates> spent;
        CostTotals cost;
        std::size_t bytes = 0;
        bool empty = true;
    };
    void commit_groups();
    void commit(Group&& group);
    // Adds to the queued group, with the lock held.
    template <class Put>
    void add(const Put& put);
    void wait_until_idle(std::unique_lock<std::mutex>& lock);
    // Calls use(), with sole access to the store, once everything queued is committed.
    template <class Use>
    void when_idle(const Use& use);

    Store& store_;
    const std::function<void(const StoreProgress&)> durable_;
    std::mutex mutex_;
    std::condition_variable work_came_, work_went_;
    Group waiting_;
    bool busy_ = false, closing_ = false;
    std::exception_ptr error_;
    std::thread thread_;  // last: it uses all the others
};

}  // namespace lockstep::sweep

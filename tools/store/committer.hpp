// Commits in a thread of its own, so that a study never waits for a disk.
//
// Must not:  know SQLite.
// Invariant: `durable` is told of a row after its commit, never before. What waits is bounded: a
//            slow disk makes larger groups, then append() wait.
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
    // `durable` is called from the committer's thread, after each commit, with how far the store
    // is; it may be empty. The store is this object's while it lives.
    Committer(Store& store, std::function<void(const StoreProgress&)> durable);
    // Commits what waits; who wants to know whether that went well calls sync() before.
    ~Committer() override;

    void load(const std::function<void(TrialRow&&)>& each) override;
    void load_set_aside(const std::function<void(TrialRow&&)>& each) override;
    void set_aside(std::span<const RowKey> aside, std::span<const RowKey> back) override;
    // These return at once, except where too much waits. An error of the committer's thread is
    // thrown by each of them from then on.
    void append(std::vector<TrialRow>&& rows) override;
    void spend(const Work& work);
    // Of rows that were appended before.
    void forget(const SpentStates& states);
    void forget_states(std::int64_t trial) override { forget(states_before(trial)); }
    void sync() override;

private:
    // What one commit takes.
    struct Group {
        std::vector<TrialRow> rows;
        std::vector<SpentStates> spent;
        Work work;
        std::size_t bytes = 0;
        bool empty = true;
    };
    void commit_groups();
    void commit(Group&& group);
    // Adds to the group that waits, with the lock held.
    template <class Put>
    void add(const Put& put);
    void wait_until_idle(std::unique_lock<std::mutex>& lock);
    // Calls use(), which has the store for itself, when all that waited is committed.
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

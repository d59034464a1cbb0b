// Threads: the only use of oneTBB.
//
// Must not:  know what tasks do, or let their timing reach a result.
// Invariant: a task index runs exactly once; no result depends on the thread that runs it.
#pragma once

#include <cstdint>
#include <memory>

namespace lockstep {

class Workers {
public:
    // 0: as many threads as available_processors() returns. Throws ConfigError beyond 1024 or below
    // 0, std::runtime_error if the system starts no more threads.
    explicit Workers(int threads);
    ~Workers();
    Workers(Workers&&) noexcept;
    Workers& operator=(Workers&&) noexcept;

    int count() const { return count_; }

    // Calls task(i) for every i in [0, tasks), and returns when all are done. Threads take tasks as
    // they become free.
    template <class Task>
    void for_each(std::int64_t tasks, const Task& task) const {
        run(
            tasks, [](const void* t, std::int64_t i) { (*static_cast<const Task*>(t))(i); }, &task,
            false);
    }
    // The same with one equal share of the tasks per thread, the same share at every call: for
    // short tasks whose data should stay in a core's cache.
    template <class Task>
    void for_each_share(std::int64_t tasks, const Task& task) const {
        run(
            tasks, [](const void* t, std::int64_t i) { (*static_cast<const Task*>(t))(i); }, &task,
            true);
    }

private:
    void run(std::int64_t tasks, void (*call)(const void*, std::int64_t), const void* task,
             bool equal_shares) const;

    struct Arena;
    int count_;
    std::unique_ptr<Arena> arena_;
};

}  // namespace lockstep


#include "engine/machine/parallel.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <lockstep/error.hpp>

#include "engine/machine/processors.hpp"

// Debian's oneTBB is built without ThreadSanitizer, which therefore misses its synchronization.
// These calls declare it; with LOCKSTEP_TSAN, this file is compiled without the sanitizer, too.
#if defined(LOCKSTEP_TSAN)
extern "C" void __tsan_acquire(void* address);  // NOLINT(bugprone-reserved-identifier)
extern "C" void __tsan_release(void* address);  // NOLINT(bugprone-reserved-identifier)
#endif

namespace lockstep {
namespace {

// Whatever was written before hand_over() is visible after take_over() of the same place.
void hand_over([[maybe_unused]] char& place) {
#if defined(LOCKSTEP_TSAN)
    __tsan_release(&place);
#endif
}
void take_over([[maybe_unused]] char& place) {
#if defined(LOCKSTEP_TSAN)
    __tsan_acquire(&place);
#endif
}

// The same at the end of a scope, also when an exception leaves it.
struct HandOverAtEnd {
    char& place;
    ~HandOverAtEnd() { hand_over(place); }
};
struct TakeOverAtEnd {
    char& place;
    ~TakeOverAtEnd() { take_over(place); }
};

constexpr int max_threads = 1024;

// Threads that wait until all requested ones run, and then end.
class Probe {
public:
    ~Probe() {
        {
            const std::lock_guard lock(mutex_);
            over_ = true;
        }
        ended_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }
    // Throws std::system_error.
    void start(int count) {
        threads_.reserve(static_cast<std::size_t>(count));
        while (std::ssize(threads_) < count) threads_.emplace_back([this] { wait(); });
    }
    std::ptrdiff_t started() const { return std::ssize(threads_); }

private:
    void wait() {
        std::unique_lock lock(mutex_);
        ended_.wait(lock, [&] { return over_; });
    }

    std::mutex mutex_;
    std::condition_variable ended_;
    bool over_ = false;
    std::vector<std::thread> threads_;
};

// If a thread cannot be started, oneTBB ends the program. So this first starts as many threads
// itself, but no count twice, because oneTBB keeps the threads that it has.
void prove_threads(int count) {
    static std::mutex one_at_a_time;
    static int proven = 1;
    const std::lock_guard lock(one_at_a_time);
    if (count <= proven) return;
    Probe probe;
    try {
        probe.start(count - 1);  // the caller is one, too
    } catch (const std::system_error& error) {
        throw std::runtime_error("threads = " + std::to_string(count) + ": only " +
                                 std::to_string(1 + probe.started()) + " can be started (" +
                                 error.what() + "): allow more, or ask for fewer");
    }
    proven = count;
}

}  // namespace

struct Workers::Arena {
    explicit Arena(int threads)
        : limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)),
          arena(threads) {}
    tbb::global_control limit;  // allows more threads than there are cores
    tbb::task_arena arena;
};

Workers::Workers(int threads)
    : count_(threads == 0 ? std::min(available_processors(), max_threads) : threads) {
    if (threads < 0 || threads > max_threads) {
        throw ConfigError("threads = " + std::to_string(threads) +
                          ": allowed 0 (one a core) to 1024");
    }
    if (count_ == 1) return;
    prove_threads(count_);
    arena_ = std::make_unique<Arena>(count_);
}

Workers::~Workers() = default;
Workers::Workers(Workers&&) noexcept = default;
Workers& Workers::operator=(Workers&&) noexcept = default;

void Workers::run(std::int64_t tasks, void (*call)(const void*, std::int64_t), const void* task,
                  bool equal_shares) const {
    if (count_ == 1 || tasks <= 1) {
        for (std::int64_t i = 0; i < tasks; ++i) call(task, i);
        return;
    }
    char place = 0;
    hand_over(place);
    const TakeOverAtEnd take_over_at_end{place};
    const auto body = [&](const tbb::blocked_range<std::int64_t>& range) {
        const HandOverAtEnd hand_over_at_end{place};
        take_over(place);
        for (std::int64_t i = range.begin(); i < range.end(); ++i) call(task, i);
    };
    arena_->arena.execute([&] {
        if (equal_shares) {
            const std::int64_t share = (tasks + count_ - 1) / count_;
            tbb::parallel_for(
                tbb::blocked_range<std::int64_t>(0, tasks, static_cast<std::size_t>(share)), body,
                tbb::static_partitioner());
        } else {
            tbb::parallel_for(tbb::blocked_range<std::int64_t>(0, tasks, 1), body,
                              tbb::simple_partitioner());
        }
    });
}

}  // namespace lockstep

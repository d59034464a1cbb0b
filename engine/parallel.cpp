#include <lockstep/engine/parallel.hpp>

#include <string>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <lockstep/engine/error.hpp>

// Debian's oneTBB is not built for ThreadSanitizer, which misses its hand-overs and so is told of
// them; this file is then compiled without it (LOCKSTEP_TSAN).
#if defined(LOCKSTEP_TSAN)
extern "C" void __tsan_acquire(void* address);  // NOLINT(bugprone-reserved-identifier)
extern "C" void __tsan_release(void* address);  // NOLINT(bugprone-reserved-identifier)
#endif

namespace lockstep {
namespace {

// What was written before a hand-over is seen after a take-over of the same place.
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

}  // namespace

struct Workers::Arena {
    explicit Arena(int threads)
        : limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)),
          arena(threads) {}
    tbb::global_control limit;  // lets more threads run than there are cores, where asked for
    tbb::task_arena arena;
};

Workers::Workers(int threads) : count_(threads == 0 ? tbb::info::default_concurrency() : threads) {
    if (threads < 0 || threads > 1024) {
        throw ConfigError("threads = " + std::to_string(threads) +
                          ": allowed 0 (one a core) to 1024");
    }
    if (count_ > 1) arena_ = std::make_unique<Arena>(count_);
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
    const auto body = [&](const tbb::blocked_range<std::int64_t>& range) {
        take_over(place);
        for (std::int64_t i = range.begin(); i < range.end(); ++i) call(task, i);
        hand_over(place);
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
    take_over(place);
}

}  // namespace lockstep

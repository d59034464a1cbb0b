// Which job each of sixteen lanes is at, and the distribution of many jobs over threads.
//
// Must not:  know what a job is.
// Invariant: every job is begun once, in order, in a free lane; a lane that finishes takes the next
//            one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <lockstep/agent.hpp>
#include <lockstep/detail/lane/lane.hpp>

#include "engine/machine/parallel.hpp"

namespace lockstep {

// Calls visit(lane) for every bit that is set.
void for_lanes(std::uint32_t bits, auto&& visit) {
    for (; bits != 0; bits &= bits - 1) visit(__builtin_ctz(bits));
}

// One element serves all learners; else each learner has its own.
template <class Settings>
const Settings& settings_of(std::span<const Settings> settings, std::int64_t learner) {
    return settings[settings.size() == 1 ? 0 : static_cast<std::size_t>(learner)];
}

class LaneAssigner {
public:
    explicit LaneAssigner(std::int64_t count) : count_(count) {}

    bool done() const { return finished_ == count_; }
    std::uint32_t busy() const { return busy_; }  // one bit per lane
    std::int64_t of(int lane) const { return job_[lane]; }
    std::int64_t begun() const { return next_; }

    // Calls begin(lane, job) for free lanes while jobs remain; returns those lanes.
    std::uint32_t fill(auto&& begin) {
        const std::uint32_t before = busy_;
        for (int lane = 0; lane < lane_count && next_ < count_; ++lane) {
            if ((busy_ >> lane & 1U) != 0) continue;
            busy_ |= 1U << lane;
            job_[lane] = next_++;
            begin(lane, job_[lane]);
        }
        return busy_ & ~before;
    }
    void finish(int lane) {
        busy_ &= ~(1U << lane);
        ++finished_;
    }

private:
    std::int64_t count_, next_ = 0, finished_ = 0;
    std::int64_t job_[lane_count] = {};
    std::uint32_t busy_ = 0;
};

// Calls train(first, count) for shares of `learners` on all threads. A share fills one vector or,
// where learners are many, several vectors, so that lanes are refilled.
template <class Train>
LaneSteps parallel_over_learners(const Workers& workers, std::int64_t learners,
                                 const ProgressCallback& progress, const Train& train) {
    constexpr std::int64_t vector = lane_count;
    const std::int64_t share = learners < 32 * vector ? vector : 4 * vector;
    const std::int64_t tasks = (learners + share - 1) / share;
    const std::int64_t round = std::max<std::int64_t>(1, std::int64_t{2} * workers.count());
    std::vector<LaneSteps> steps(static_cast<std::size_t>(tasks));
    for (std::int64_t begun = 0; begun < tasks; begun += round) {
        const std::int64_t count = std::min(round, tasks - begun);
        workers.for_each(count, [&](std::int64_t i) {
            const std::int64_t first = (begun + i) * share;
            steps[static_cast<std::size_t>(begun + i)] =
                train(first, std::min(share, learners - first));
        });
        if (progress) progress(static_cast<double>(begun + count) / static_cast<double>(tasks));
    }
    LaneSteps total;
    for (const LaneSteps& s : steps) total.add(s);
    return total;
}

}  // namespace lockstep

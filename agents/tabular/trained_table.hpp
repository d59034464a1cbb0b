// The results of tabular learners, and the test of their tables.
//
// Must not:  know lanes.
// Invariant: spans live as long as the call that hands them over.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include <lockstep/agent.hpp>

#include "agents/tabular/settings.hpp"

namespace lockstep {

struct Episode {
    double episode_return = 0;
    std::int32_t length = 0;
    double last_reward = 0;
    std::int32_t last_state = 0;
};

// One learner that is done or stopped.
template <class Real>
struct TrainedTable {
    std::int64_t learner;
    std::span<const Real> table;    // [state][action]; double Q: two of them
    std::span<const Real> count;    // visits; empty if not counted
    std::span<const Real> returns;  // of its episodes
    std::vector<double> test;       // returns of test episodes, unless it was stopped
    std::int64_t steps;             // played by the learner
    LearnerStage stage;             // step limit: reached before it was done
    LearnerState state = {};        // after the head; empty if not kept
};

// Teaches a table one episode: its elements (state * actions + action) and rewards, step by step.
template <class Real>
using EpisodeTeacher = void (*)(const TabularSettings&, int actions,
                                std::span<const std::int32_t> elements,
                                std::span<const Real> rewards, std::span<Real> table);

template <class Real>
struct SharedLearner {
    std::vector<Real> table, count;  // as above
    std::vector<Real> returns;       // of episodes as they ended: by step, then by world
    std::vector<double> test;
    LaneSteps steps;  // useful ones since it began; lanes in this call
    LearnerStage stage = LearnerStage::not_begun;
    LearnerState state = {};  // as above
};

}  // namespace lockstep

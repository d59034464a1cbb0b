// The results of learners with networks as they come in.
//
// Must not:  know how they learnt.
// Invariant: what comes out does not depend on the order in which learners finish.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <lockstep/agents/agent.hpp>
#include <lockstep/engine/hash.hpp>

namespace lockstep {

// record(), and add() or fail(), may be called from any thread, once a learner.
template <class Real>
class NetworkResults {
public:
    NetworkResults(std::int64_t learners, std::span<const std::int64_t> checkpoints,
                   std::string unit, std::string meaning)
        : learners_(static_cast<std::size_t>(learners)) {
        for (const std::int64_t at : checkpoints) result_.curve.push_back({at, {}});
        result_.curve_unit = std::move(unit);
        result_.curve_meaning = std::move(meaning);
    }

    // `curve` has a value for each checkpoint that the learner reached; not a number: it has none.
    void add(std::int64_t learner, std::span<const Real> parameters, std::span<const Real> returns,
             std::span<const double> curve) {
        Learner& one = learners_[static_cast<std::size_t>(learner)];
        Hash hash;
        hash.add(parameters);
        hash.add(returns);
        one.hash = hash.value();
        one.parameters.assign(parameters.begin(), parameters.end());
        one.curve.assign(curve.begin(), curve.end());
    }
    // What add()'s learner goes on from.
    void keep(std::int64_t learner, LearnerState state) {
        learners_[static_cast<std::size_t>(learner)].state = std::move(state);
    }
    void record(std::int64_t learner, const LearnerRecord& what) {
        learners_[static_cast<std::size_t>(learner)].record = what;
    }
    void fail(std::int64_t learner, std::int64_t step, bool timed_out = false) {
        Learner& one = learners_[static_cast<std::size_t>(learner)];
        one.failed_at = step, one.timed_out = timed_out;
    }

    // Failed learners keep an empty network, and count in no statistics.
    TrainResult finish(const LaneSteps& steps) {
        Hash hash;
        for (std::size_t i = 0; i < learners_.size(); ++i) {
            Learner& one = learners_[i];
            hash.add(std::span<const std::uint64_t>(&one.hash, 1));
            result_.networks.push_back(std::move(one.parameters));
            result_.states.push_back(std::move(one.state));
            result_.learners.push_back(one.record);
            if (one.failed_at >= 0) {
                result_.failed.push_back(
                    {static_cast<std::int64_t>(i), one.failed_at, one.timed_out});
                continue;
            }
            for (std::size_t k = 0; k < one.curve.size(); ++k) {
                if (!std::isnan(one.curve[k])) result_.curve[k].values.push_back(one.curve[k]);
            }
        }
        if (std::ranges::all_of(result_.states, &LearnerState::empty)) result_.states.clear();
        std::erase_if(result_.curve, [](const Checkpoint& c) { return c.values.empty(); });
        result_.hash = hash.value();
        result_.env_steps = steps.useful;
        result_.lane_steps = steps.lanes;
        return std::move(result_);
    }

private:
    struct Learner {
        std::uint64_t hash = 0;
        std::int64_t failed_at = -1;
        bool timed_out = false;
        LearnerRecord record;
        std::vector<double> parameters, curve;
        LearnerState state;
    };
    std::vector<Learner> learners_;
    TrainResult result_;
};

}  // namespace lockstep

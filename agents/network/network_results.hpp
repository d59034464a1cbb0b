// Collects the results of learners with networks as they come in.
//
// Must not:  know how they learned.
// Invariant: the result does not depend on the order in which learners finish.
#pragma once

#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <lockstep/agent.hpp>

#include "engine/memory/hash.hpp"

namespace lockstep {

// record(), and add() with keep(), or fail(), may be called from any thread, once per learner. For
// a learner that is never handed in, the state is the one that it was to continue from, or says
// that it has not begun.
template <class Real>
class NetworkResults {
public:
    NetworkResults(std::int64_t learners, std::span<const std::int64_t> checkpoints,
                   std::string unit, std::string meaning, std::span<const LearnerState> resume = {})
        : learners_(static_cast<std::size_t>(learners)) {
        for (std::size_t i = 0; i < resume.size(); ++i) {
            learners_[i].head = head_of(resume[i]);
            learners_[i].state = resume[i];
            result_.env_steps_before += learners_[i].head.record.steps;
        }
        for (const std::int64_t at : checkpoints) result_.curve.push_back({at, {}});
        result_.curve_unit = std::move(unit);
        result_.curve_meaning = std::move(meaning);
    }

    // `curve` has a value for each checkpoint that the learner reached; NaN: no value.
    void add(std::int64_t learner, std::span<const Real> parameters, std::span<const Real> returns,
             std::span<const double> curve) {
        Learner& one = learners_[static_cast<std::size_t>(learner)];
        Hash hash;
        hash.add(parameters);
        hash.add(returns);
        one.hash = hash.value();
        one.head.stage = LearnerStage::finished;
        one.parameters.assign(parameters.begin(), parameters.end());
        one.curve.assign(curve.begin(), curve.end());
    }
    // What add()'s learner continues from: the bytes after the head of its state.
    void keep(std::int64_t learner, LearnerStage stage, std::span<const std::byte> body) {
        Learner& one = learners_[static_cast<std::size_t>(learner)];
        one.head.stage = stage;
        one.state = make_state(one.head, body);
    }
    // Must be called before the others.
    void record(std::int64_t learner, const LearnerRecord& what) {
        learners_[static_cast<std::size_t>(learner)].head.record = what;
    }
    void fail(std::int64_t learner, bool step_limit = false) {
        Learner& one = learners_[static_cast<std::size_t>(learner)];
        one.head.stage = step_limit ? LearnerStage::step_limit : LearnerStage::failed;
        one.state = make_state(one.head);
    }

    // Learners that failed or have not begun keep an empty network and count in no statistic.
    TrainResult finish(const LaneSteps& steps) {
        Hash hash;
        for (std::size_t i = 0; i < learners_.size(); ++i) {
            Learner& one = learners_[i];
            hash.add(std::span<const std::uint64_t>(&one.hash, 1));
            if (one.state.empty()) one.state = make_state(one.head);
            result_.networks.push_back(std::move(one.parameters));
            result_.states.push_back(std::move(one.state));
            add_learner(result_, one.head);
            for (std::size_t k = 0; k < one.curve.size(); ++k) {
                if (!std::isnan(one.curve[k])) result_.curve[k].values.push_back(one.curve[k]);
            }
        }
        std::erase_if(result_.curve, [](const Checkpoint& c) { return c.values.empty(); });
        result_.hash = hash.value();
        result_.lane_steps = steps.lanes;
        return std::move(result_);
    }

private:
    struct Learner {
        std::uint64_t hash = 0;
        StateHead head;
        std::vector<double> parameters, curve;
        LearnerState state;
    };
    std::vector<Learner> learners_;
    TrainResult result_;
};

}  // namespace lockstep

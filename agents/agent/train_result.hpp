// What training returns.
//
// Must not:  know an agent.
// Invariant: what has one element per learner has one for failed learners too.
#pragma once

#include <chrono>
#include <functional>
#include <limits>

#include <lockstep/agents/agent/train_config.hpp>
#include <lockstep/engine/vector_env/policy_spec.hpp>

namespace lockstep {

// A point on the learning curve: one value per learner.
struct Checkpoint {
    std::int64_t at;  // in the agent's own unit of progress, TrainResult::curve_unit
    std::vector<double> values;
};

// A learned table of values [state][action].
struct LearntTable {
    std::int64_t states = 0, actions = 0;
    double default_value = 0;          // of every element that is not listed
    std::vector<std::uint32_t> index;  // of the listed elements, ascending
    std::vector<double> values;        // theirs

    std::vector<double> dense() const;
};

// A learner whose numbers stopped being finite, or that reached the step limit. What it learned is
// lost, and it counts in no statistic.
struct FailedLearner {
    std::int64_t learner, step;
    bool step_limit = false;  // else not finite
};

// What a learner did since it began, including before it was resumed.
struct LearnerRecord {
    std::int64_t steps = 0;  // of environments
    // Mean over all episodes that it learned from; NaN if there were none.
    double training_return = std::numeric_limits<double>::quiet_NaN();
};

struct TrainResult {
    // What each learner learned: a policy, a table of values, or a network.
    std::vector<PolicySpec> policies;
    std::vector<LearntTable> tables;
    std::vector<std::vector<double>> networks;  // parameters, in the order of their NetworkShape
    // Where each learner is, failed and not yet begun ones included; or empty. Training that
    // continues from here gives the same bits as uninterrupted training.
    std::vector<LearnerState> states;
    std::vector<FailedLearner> failed;
    std::vector<LearnerRecord> learners;  // one per learner, failed ones included
    // Mean test return per learner, without failed learners; of a single learner, its returns. With
    // learner_overrides, always one mean per learner: NaN where it failed.
    std::vector<double> test_scores;
    std::vector<Checkpoint> curve;
    std::string curve_unit, curve_meaning;
    std::map<std::string, double> figures;  // further results of the agent, by name
    // Steps of episodes that were learned from or scored, since the learners began; and how many of
    // them resumed learners had made before this call.
    std::int64_t env_steps = 0, env_steps_before = 0;
    std::int64_t lane_steps = 0;  // lanes stepped in this call, idle ones included
    double seconds = 0;           // of this call
    std::uint64_t hash = 0;       // of everything learned
    // A requested stop cut training or its tests short. Learners that have not begun have learned
    // nothing, not even an empty network; no learner has test scores.
    bool stopped = false;
};

// Lanes stepped, and how many of those steps were useful.
struct LaneSteps {
    std::int64_t useful = 0, lanes = 0;
    void add(const LaneSteps& more) { useful += more.useful, lanes += more.lanes; }
};

// Called now and then, from the calling thread, with the share of the work that is done, from 0 to
// 1.
using ProgressCallback = std::function<void(double done)>;

// What `train` returns, in the requested precision, with the time that it took.
template <class F32, class F64>
TrainResult timed(const TrainConfig& config, const F32& train_f32, const F64& train_f64) {
    const auto start = std::chrono::steady_clock::now();
    TrainResult result = config.precision == Precision::f32 ? train_f32() : train_f64();
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

}  // namespace lockstep

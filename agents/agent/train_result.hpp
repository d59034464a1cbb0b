// What comes of training.
//
// Must not:  know an agent.
// Invariant: what is counted by learner has one element a learner, the failed included.
#pragma once

#include <chrono>
#include <functional>
#include <limits>

#include <lockstep/agents/agent/train_config.hpp>
#include <lockstep/engine/vector_env/policy_spec.hpp>

namespace lockstep {

// A point on the learning curve: one value a learner.
struct Checkpoint {
    std::int64_t at;  // in the agent's own unit of progress, told by TrainResult::curve_unit
    std::vector<double> values;
};

// A table of values [state][action] that was learnt.
struct LearntTable {
    std::int64_t states = 0, actions = 0;
    double default_value = 0;          // of every element that is not listed
    std::vector<std::uint32_t> index;  // of the elements that are, ascending
    std::vector<double> values;        // theirs

    std::vector<double> dense() const;
};

// A learner whose numbers stopped being finite, or that reached the step limit: what it had learnt
// is lost, and it counts nowhere.
struct FailedLearner {
    std::int64_t learner, step;
    bool step_limit = false;  // else not finite
};

// What a learner did since it began, before it was resumed, too.
struct LearnerRecord {
    std::int64_t steps = 0;  // of environments
    // Mean of all episodes that it learnt from; not a number where there was none.
    double training_return = std::numeric_limits<double>::quiet_NaN();
};

struct TrainResult {
    // What each learner learnt: a policy, a table of values, or a network.
    std::vector<PolicySpec> policies;
    std::vector<LearntTable> tables;
    std::vector<std::vector<double>> networks;  // parameters, in the order of their NetworkShape
    // Where each learner is, those that failed or have not begun included; or none. Training that
    // goes on from here gives the bits of training that was never stopped.
    std::vector<LearnerState> states;
    std::vector<FailedLearner> failed;
    std::vector<LearnerRecord> learners;  // one a learner, the failed included
    // Mean test return a learner, the failed left out; of one learner, its returns. Of learners
    // that learner_overrides lists, always one mean a learner: not a number where it failed.
    std::vector<double> test_scores;
    std::vector<Checkpoint> curve;
    std::string curve_unit, curve_meaning;
    std::map<std::string, double> figures;  // further results of the agent, by name
    // Steps of episodes that were learnt from or scored, since the learners began; and those of
    // them that were before this call, of learners that went on.
    std::int64_t env_steps = 0, env_steps_before = 0;
    std::int64_t lane_steps = 0;  // lanes stepped in this call, idle ones included
    double seconds = 0;           // of this call
    std::uint64_t hash = 0;       // of everything learnt
    // A stop that was requested cut training or its tests short. Learners that have not begun have
    // learnt nothing, not even an empty network; nobody has test scores.
    bool stopped = false;
};

// Lanes stepped, and those of them that were of use.
struct LaneSteps {
    std::int64_t useful = 0, lanes = 0;
    void add(const LaneSteps& more) { useful += more.useful, lanes += more.lanes; }
};

// Is called with how much of the whole is done, from 0 to 1, now and then, from the calling thread.
using ProgressCallback = std::function<void(double done)>;

// What `train` returns, in the precision asked for, with the time that it took.
template <class F32, class F64>
TrainResult timed(const TrainConfig& config, const F32& train_f32, const F64& train_f64) {
    const auto start = std::chrono::steady_clock::now();
    TrainResult result = config.precision == Precision::f32 ? train_f32() : train_f64();
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

}  // namespace lockstep

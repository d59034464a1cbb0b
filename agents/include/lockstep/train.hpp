// Training: what learners are trained with, and what comes of it.
//
// Must not:  know an agent.
// Invariant: a result is a function of its configuration: threads change only the time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/isa.hpp>
#include <lockstep/policy.hpp>
#include <lockstep/setting.hpp>
#include <lockstep/vector_env.hpp>

namespace lockstep {

enum class Precision { f32, f64 };

// What a learner is between two steps, as its agent writes and reads it. It tells how far the
// learner has come, too, whatever the agent (state_head.hpp).
using LearnerState = std::vector<std::byte>;

// A learner among others that differ from it.
struct LearnerConfig {
    std::uint64_t seed = 0;
    SettingValues settings = {};  // before those of the config; of per-learner settings alone
};

struct TrainConfig {
    std::string env;
    // Of the agent, and of the environment as well, by name. Those of the environment's may also
    // be given by type, in env_settings.
    SettingValues settings = {};
    EnvSettings env_settings = {};
    std::uint64_t seed = 0;  // learner i trains with seed + i
    std::int64_t learners = 1;
    Precision precision = Precision::f32;
    int threads = 0;  // 0: one a core
    std::optional<Isa> isa = {};
    std::int64_t test_episodes = 0;  // fresh episodes that each learner plays when it is done
    // States that learners go on from, one each, with the settings that led there but for a larger
    // budget; none: they begin.
    std::span<const LearnerState> resume = {};
    // Learner i is learner_overrides[i], instead of `learners` that are alike; none: they are.
    std::span<const LearnerConfig> learner_overrides = {};
    // A learner that is still at work after so many environment steps is stopped, and reported with
    // step_limit; 0: none is. Agents look when an episode ends, tabular ones after every step,
    // random-search between two lots of candidates. Those of which the settings say how many steps
    // there will be (actor-critic, a2c, ppo) do not begin.
    std::int64_t max_steps = 0;
    // Soon after a stop is requested, learners stop where they are, and no other begins:
    // TrainResult::stopped. Agents that do not heed it (Agent::stops) run to their end.
    std::stop_token stop = {};
    // False: nobody will go on from the result, which may lack its states.
    bool keep_states = true;
};

// A point on the learning curve: one value a learner.
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
    // Of this call. An agent that sets it itself leaves out its tests; otherwise train() does, and
    // they count.
    double seconds = 0;
    std::uint64_t hash = 0;  // of everything learned
    // A requested stop cut training or its tests short. Learners that have not begun have learned
    // nothing, not even an empty network; no learner has test scores.
    bool stopped = false;

    // Of all learners: the mean of test_scores, of which a failed one has none.
    double score() const;
};

// Called now and then, from the calling thread, with the share of the work that is done, from 0 to
// 1.
using ProgressCallback = std::function<void(double done)>;

// Trains config's learners by the agent of that name. Each file that a setting names is read once.
// Throws ConfigError on an unknown agent or environment, and on a setting that neither of them has
// or that is out of its range.
TrainResult train(std::string_view agent, const TrainConfig& config,
                  const ProgressCallback& progress = {});

}  // namespace lockstep

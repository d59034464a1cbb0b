// What an agent is to those who run it: a name, parameters, and a function that trains many
// learners.
//
// Owns:      the list of agents, and the checks of their parameters.
// Must not:  know how an agent learns.
// Invariant: what train returns is a function of its configuration: threads change only the time.
#pragma once

#include <chrono>
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

#include <lockstep/engine/vector_env/vector_env.hpp>

namespace lockstep {

enum class Precision { f32, f64 };

struct AgentParameter {
    const char* name;
    double value;             // default; of options, the index
    double minimum, maximum;  // both allowed
    bool whole;               // whole numbers only
    const char* meaning;
    std::span<const char* const> options = {};  // words instead of numbers
    const char* first_of = nullptr;  // default 0 unless the parameter so named has its first option
    // A parameter that is a text: its default, and what throws ConfigError where another is wrong.
    const char* text = nullptr;
    void (*check)(std::string_view) = nullptr;
    // Says only how long learning lasts, so that training may be resumed with more of it.
    bool budget = false;
    // Learners of one population may differ in it.
    bool own = false;
    const char* unless = nullptr;  // default 0 where a value of the parameter so named is given
};

constexpr AgentParameter budget(AgentParameter parameter) {
    parameter.budget = true;
    return parameter;
}
constexpr AgentParameter own(AgentParameter parameter) {
    parameter.own = true;
    return parameter;
}

constexpr AgentParameter unless(const char* given, AgentParameter parameter) {
    parameter.unless = given;
    return parameter;
}

// What a learner is between two steps, as its agent writes and reads it. It tells how far the
// learner has come, too, whatever the agent (state_head.hpp).
using LearnerState = std::vector<std::byte>;

// How far a learner had come. It is finished when its budget is spent: with a larger one it goes
// on. One that failed or timed out is lost, and never goes on.
enum class LearnerStage : std::uint32_t { not_begun, under_way, finished, failed, timed_out };

// Throws ConfigError on bytes that are no learner's state.
LearnerStage learner_stage(std::span<const std::byte> state);

// A learner among others that differ from it.
struct LearnerConfig {
    std::uint64_t seed = 0;
    std::map<std::string, double> agent_settings = {};  // beside config's; of `own` parameters
};

struct TrainConfig {
    std::string env;
    Settings env_settings = {};
    std::map<std::string, double> agent_settings = {};
    std::map<std::string, std::string> agent_texts = {};
    std::uint64_t seed = 0;  // learner i trains with seed + i
    std::int64_t learners = 1;
    Precision precision = Precision::f32;
    int threads = 0;
    std::optional<Isa> isa = {};
    std::int64_t test_episodes = 0;  // fresh episodes that each learner plays when it is done
    // States that learners go on from, one each, with the settings that led there but for a larger
    // budget; none: they begin.
    std::span<const LearnerState> resume = {};
    // Learner i is each[i], instead of `learners` that are alike; none: they are.
    std::span<const LearnerConfig> each = {};
    // A learner that is still at work after so many environment steps is stopped, and told as timed
    // out; 0: none is. Agents look when an episode ends, tabular ones after every step;
    // random-search between two lots of candidates. Those of which the settings say how many steps
    // there will be (actor-critic, a2c, ppo) do not begin.
    std::int64_t most_steps = 0;
    // Soon after stop is requested, learners stop where they are, and no other begins:
    // TrainResult::stopped. Agents that do not heed it (Agent::stops) run to their end.
    std::stop_token stop = {};
    // False: nobody will go on from the result, which may lack its states.
    bool keep_states = true;
};

// A point on the learning curve: one value a learner.
struct Checkpoint {
    std::int64_t at;  // in the agent's own unit of progress, told by TrainResult::curve_unit
    std::vector<double> values;
};

// A table of values [state][action] that somebody learnt: `rest` where nothing else is said.
struct LearntTable {
    std::int64_t states = 0, actions = 0;
    double rest = 0;
    std::vector<std::uint32_t> at;  // elements that differ from `rest`, upwards
    std::vector<double> values;     // theirs

    std::vector<double> dense() const;
};

// A learner whose numbers stopped being finite, or whose time was up: what it had learnt is lost,
// and it counts nowhere.
struct FailedLearner {
    std::int64_t learner, step;
    bool timed_out = false;
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
    // that `each` tells, always one mean a learner: not a number where it failed.
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

// Told how much of the whole is done, from 0 to 1, now and then, from the calling thread.
using Progress = std::function<void(double done)>;

struct ActingNetwork;

// What a learner acts by: `count` actions, of which it chooses one, or, of continuous ones, as many
// numbers at once.
struct ActionSpace {
    int count = 0;
    bool continuous = false;
};

struct Agent {
    const char* id;
    const char* source;
    std::span<const AgentParameter> parameters;
    TrainResult (*learn)(const TrainConfig&, const Agent&, const Progress&);
    int variant = 0;  // tells apart the agents that share `learn`
    // How the networks that `train` returns act, in an environment with so many inputs and such
    // actions. Null: the agent has none.
    ActingNetwork (*network)(const TrainConfig&, const Agent&, int inputs, ActionSpace) = nullptr;
    bool stops = false;  // heeds TrainConfig::stop, and its results have states
    // Throws ConfigError where `train` would, without training: settings that do not fit each other
    // or the environment, memory that is not there; and where config.most_steps stops every
    // learner.
    void (*check)(const TrainConfig&, const Agent&) = nullptr;
    bool has_training_returns = true;  // LearnerRecord::training_return is a number

    // Trains config's learners. `agent` is this one. Each file that a setting names is read once.
    TrainResult train(const TrainConfig& config, const Agent& agent,
                      const Progress& progress) const;
};

// Adds "name=value" to config's settings: one of the agent's parameters, or one of the
// environment's. Throws ConfigError, naming what is allowed.
void set(TrainConfig& config, const Agent& agent, std::string_view assignment);

bool has_parameter(const Agent& agent, std::string_view name);

// The value given for an agent's parameter, or its default.
double parameter(const TrainConfig& config, const Agent& agent, std::string_view name);
std::string text_parameter(const TrainConfig& config, const Agent& agent, std::string_view name);

std::int64_t learner_count(const TrainConfig& config);
std::uint64_t learner_seed(const TrainConfig& config, std::int64_t learner);

// Whether a learner that is still at work after so many steps is to be stopped.
inline bool time_is_up(const TrainConfig& config, std::int64_t steps) {
    return config.most_steps > 0 && steps >= config.most_steps;
}

// Throws ConfigError where learners that play at least so many steps would be stopped before.
void check_most_steps(const TrainConfig& config, std::int64_t least);

// `config` of this learner alone.
TrainConfig alone(const TrainConfig& config, const Agent& agent, const LearnerConfig& learner);

// What make(config, agent) makes of each learner's config; one for all where they are alike.
template <class Make>
auto settings_each(const TrainConfig& config, const Agent& agent, const Make& make) {
    std::vector<decltype(make(config, agent))> settings;
    if (config.each.empty()) settings.push_back(make(config, agent));
    for (const LearnerConfig& learner : config.each)
        settings.push_back(make(alone(config, agent, learner), agent));
    return settings;
}

// What `f32` or `f64` does, as the precision asks.
template <class F32, class F64>
void in_precision(const TrainConfig& config, const F32& f32, const F64& f64) {
    config.precision == Precision::f32 ? f32() : f64();
}

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

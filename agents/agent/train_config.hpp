// What learners are trained with.
//
// Must not:  know an agent.
// Invariant: plain data, which whoever trains checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <lockstep/agents/agent/setting.hpp>
#include <lockstep/engine/environments/config.hpp>

namespace lockstep {

enum class Precision { f32, f64 };

// What a learner is between two steps, as its agent writes and reads it. It tells how far the
// learner has come, too, whatever the agent (state_head.hpp).
using LearnerState = std::vector<std::byte>;

// How far a learner had come. It is finished when its budget is spent: with a larger one it goes
// on. One that failed or reached the step limit is lost, and never goes on.
enum class LearnerStage : std::uint32_t { not_begun, under_way, finished, failed, step_limit };

// Throws ConfigError on bytes that are no learner's state.
LearnerStage learner_stage(std::span<const std::byte> state);

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
    Settings env_settings = {};
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

std::int64_t learner_count(const TrainConfig& config);
std::uint64_t learner_seed(const TrainConfig& config, std::int64_t learner);

// Whether a learner that is still at work after so many steps is to be stopped.
inline bool step_limit_reached(const TrainConfig& config, std::int64_t steps) {
    return config.max_steps > 0 && steps >= config.max_steps;
}

// Throws ConfigError where learners that play at least so many steps would be stopped before.
void check_max_steps(const TrainConfig& config, std::int64_t least);

// What `f32` or `f64` does, as the precision asks.
template <class F32, class F64>
void in_precision(const TrainConfig& config, const F32& f32, const F64& f64) {
    config.precision == Precision::f32 ? f32() : f64();
}

}  // namespace lockstep

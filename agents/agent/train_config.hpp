// What learners are trained with.
//
// Must not:  know an agent.
// Invariant: plain data, which the code that trains checks.
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

// A learner between two steps, as its agent writes and reads it. Whatever the agent, it also shows
// how far the learner has come (state_head.hpp).
using LearnerState = std::vector<std::byte>;

// How far a learner has come. A finished learner has spent its budget and can continue with a
// larger one. One that failed or reached the step limit is lost and never continues.
enum class LearnerStage : std::uint32_t { not_begun, under_way, finished, failed, step_limit };

// Throws ConfigError on bytes that are not a learner's state.
LearnerStage learner_stage(std::span<const std::byte> state);

// One learner of a population whose learners differ.
struct LearnerConfig {
    std::uint64_t seed = 0;
    SettingValues settings = {};  // override the config's; per-learner settings only
};

struct TrainConfig {
    std::string env;
    // The agent's and also the environment's, by name. Those of the environment may instead be
    // given by type, in env_settings.
    SettingValues settings = {};
    Settings env_settings = {};
    std::uint64_t seed = 0;  // learner i trains with seed + i
    std::int64_t learners = 1;
    Precision precision = Precision::f32;
    int threads = 0;  // 0: one per core
    std::optional<Isa> isa = {};
    std::int64_t test_episodes = 0;  // fresh episodes that each learner plays at its end
    // One state per learner to continue from, with the settings that led there, except for a larger
    // budget; empty: learners begin anew.
    std::span<const LearnerState> resume = {};
    // If not empty, learner i is learner_overrides[i]; else `learners` learners are alike.
    std::span<const LearnerConfig> learner_overrides = {};
    // A learner still at work after this many environment steps is stopped, and reported with
    // step_limit; 0: no limit. Agents check when an episode ends, tabular ones after every step,
    // random search between two batches of candidates. Agents whose settings fix the number of
    // steps (actor-critic, a2c, ppo) do not begin if it is too large.
    std::int64_t max_steps = 0;
    // Soon after a stop is requested, learners stop where they are and no others begin
    // (TrainResult::stopped). Agents that ignore it (Agent::stops) run to their end.
    std::stop_token stop = {};
    // False: nothing will continue from the result, which may lack its states.
    bool keep_states = true;
};

std::int64_t learner_count(const TrainConfig& config);
std::uint64_t learner_seed(const TrainConfig& config, std::int64_t learner);

// Whether a learner still at work after this many steps is to be stopped.
inline bool step_limit_reached(const TrainConfig& config, std::int64_t steps) {
    return config.max_steps > 0 && steps >= config.max_steps;
}

// Throws ConfigError if the limit would stop learners that play at least this many steps.
void check_max_steps(const TrainConfig& config, std::int64_t least);

// Calls `f32` or `f64`, whichever the precision asks for.
template <class F32, class F64>
void in_precision(const TrainConfig& config, const F32& f32, const F64& f64) {
    config.precision == Precision::f32 ? f32() : f64();
}

}  // namespace lockstep

// The episodes that a learner ended, update by update, and their learning curve.
//
// Must not:  know checkpoints before it is asked for a curve: the budget places them, and it grows
//            when training is resumed.
// Invariant: a log is the same wherever checkpoints lie; a checkpoint has no value if no episode
//            ended since the one before.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <lockstep/agent.hpp>

#include "agents/actor_critic/settings.hpp"

namespace lockstep {

struct EndedEpisodes {
    double returns = 0;          // their sum
    std::uint32_t episodes = 0;  // how many
    std::uint32_t update = 0;    // the one that learned from their ends, from 1

    void add(const EndedEpisodes& more) { returns += more.returns, episodes += more.episodes; }
};
// Without padding, since logs are saved byte by byte.
static_assert(sizeof(EndedEpisodes) == 16);

// Ascending by update; updates in which no episode ended are left out.
using ReturnLog = std::vector<EndedEpisodes>;

// Appends what ended in an update.
void log_update(ReturnLog& log, EndedEpisodes ended, std::int64_t update);

// "32 steps in 8 environments are 256 samples".
std::string samples_text(const ActorCriticSettings& settings);
// Throws ConfigError if the steps do not fill one rollout.
void check_steps(const ActorCriticSettings& settings);

// Throws ConfigError if advantages are to be normalized in minibatches with nothing to compare.
// `minibatch`: samples of the smallest.
void check_normalize(const ActorCriticSettings& settings, std::int64_t minibatch);

// Throws ConfigError if a rate that was to fall over `before` updates is to fall over another
// number of them.
void check_anneal(const ActorCriticSettings& settings, std::int64_t before, std::int64_t updates);

// At most `count` steps at which a learner has just learned, the last among them.
std::vector<std::int64_t> checkpoint_steps(const ActorCriticSettings& settings, std::int64_t count);

// The checkpoints up to `steps`.
std::span<const std::int64_t> reached(std::span<const std::int64_t> checkpoints,
                                      std::int64_t steps);

// The mean return since the previous checkpoint; NaN if no episode ended.
std::vector<double> learning_curve(std::span<const EndedEpisodes> log,
                                   std::span<const std::int64_t> checkpoints,
                                   const ActorCriticSettings& settings);

// The record of a learner that played `steps` steps; what it logged later does not count.
LearnerRecord learner_record(std::span<const EndedEpisodes> log, std::int64_t steps,
                             const ActorCriticSettings& settings);

// The log as numbers that a hash can cover.
template <class Real>
std::vector<Real> logged_returns(std::span<const EndedEpisodes> log) {
    std::vector<Real> returns;
    for (const EndedEpisodes& ended : log) returns.push_back(static_cast<Real>(ended.returns));
    return returns;
}

}  // namespace lockstep

// One test episode of something learned, state by state, for pictures.
//
// Must not:  know how it was learned, or how it is drawn.
// Invariant: episode e of learner seed s is the one whose return evaluation counts as its e-th.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include <lockstep/agent.hpp>

namespace lockstep {

// A policy, a table of values, or a network's parameters.
using Learnt = std::variant<PolicySpec, LearntTable, std::vector<double>>;

struct Recording {
    std::vector<std::vector<double>> states;  // the first, and after each step: [t][column]
    double episode_return = 0;
    bool terminated = false, truncated = false;
};

// Plays test episode `episode` of config.seed, up to `max_steps` steps. Throws ConfigError where
// `learnt` does not fit the environment.
Recording record_episode(const TrainConfig& config, const Agent& agent, const Learnt& learnt,
                         std::uint32_t episode, std::int32_t max_steps);

}  // namespace lockstep

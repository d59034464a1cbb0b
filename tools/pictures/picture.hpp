// How an environment's states are drawn.
//
// Must not:  know where the states come from.
// Invariant: whether it can be drawn is known before an episode is played.
#pragma once

#include <functional>
#include <span>

#include <lockstep/agent.hpp>

#include "tools/pictures/canvas.hpp"

namespace lockstep {

struct Picture {
    int width, height;
    int centiseconds;  // per step
    std::function<void(Canvas&, std::span<const double> state)> draw;
};

// Throws ConfigError if there is no way to draw the environment.
Picture find_picture(const TrainConfig& config);

}  // namespace lockstep

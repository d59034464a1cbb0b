// The picture that an environment's states are drawn in.
//
// Must not:  know how episodes come about.
// Invariant: what can be drawn at all is known before an episode is played.
#pragma once

#include <functional>
#include <span>

#include <lockstep/agent.hpp>

#include "tools/pictures/canvas.hpp"

namespace lockstep {

struct Picture {
    int width, height;
    int centiseconds;  // of a step
    std::function<void(Canvas&, std::span<const double> state)> draw;
};

// Throws ConfigError where nobody knows how to draw the environment.
Picture find_picture(const TrainConfig& config);

}  // namespace lockstep

// CartPole as Gymnasium draws it (classic_control/cartpole.py, 1.3).
//
// Invariant: but for the blends at slanted borders, the pixels are Gymnasium's.
#pragma once

#include <span>

#include <lockstep/tools/render/canvas.hpp>

namespace lockstep {

struct CartPolePicture {
    static constexpr int width = 600, height = 400;

    double x_threshold = 2.4;  // at the right edge
    double length = 0.5;       // half the pole

    // state: x, x', theta, theta'
    void draw(Canvas& canvas, std::span<const double> state) const;
};

}  // namespace lockstep

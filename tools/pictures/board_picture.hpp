// Pictures of boards: one square per cell, colored by its letter, and the agent.
//
// Must not:  know the rules.
// Invariant: state y * width + x stands on column x of row y.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tools/pictures/canvas.hpp"

namespace lockstep {

struct BoardPicture {
    std::vector<std::string> rows;

    // The largest squares that keep both sides within 640 pixels. Throws ConfigError if they would
    // be smaller than 4.
    int cell() const;
    int width() const { return cell() * static_cast<int>(rows[0].size()); }
    int height() const { return cell() * static_cast<int>(rows.size()); }

    // state: the number of the cell first; the rest is not drawn.
    void draw(Canvas& canvas, std::span<const double> state) const;
};

}  // namespace lockstep

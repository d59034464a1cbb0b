// Animated GIFs.
//
// Owns:      giflib, and the choice of the 256 colors.
// Must not:  know what the frames show.
// Invariant: the colors that cover most pixels are exact; every other becomes the nearest of them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/pictures/canvas.hpp"

namespace lockstep {

struct Animation {
    int width, height;
    std::int64_t frames;
    int centiseconds;  // duration of each frame
    // The pixels of a frame, row by row. Called twice per frame, so that frames need not be kept.
    std::function<std::vector<Color>(std::int64_t frame)> draw;
};

// The bytes of a file that loops forever. Its comment names the program, with a checksum.
std::string encode_gif(const Animation& animation);

// Whether encode_gif made these bytes.
bool is_encoded(std::string_view gif);

}  // namespace lockstep

// Animated GIFs.
//
// Owns:      giflib, and the choice of the 256 colours.
// Must not:  know what the frames show.
// Invariant: the colours that cover most are exact; each of the others becomes the nearest of them.
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
    int centiseconds;  // that each frame stays
    // The pixels of a frame, row by row; asked for twice, so that no two need be kept.
    std::function<std::vector<Colour>(std::int64_t frame)> draw;
};

// The file's bytes; it repeats for ever. Its comment tells who made it, and a checksum.
std::string encode_gif(const Animation& animation);

// Whether these are bytes that encode_gif made.
bool is_encoded(std::string_view gif);

}  // namespace lockstep

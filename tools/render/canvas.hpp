// A picture being drawn: shapes in, pixels out.
//
// Owns:      the pixels, and which part of one a shape covers.
// Must not:  know what is drawn.
// Invariant: pixel (x, y) covers the square from (x, y) to (x + 1, y + 1), y downward; inside a
//            shape a pixel has exactly the shape's colour, and at slanted borders a blend.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lockstep {

struct Colour {
    std::uint8_t red, green, blue;
    friend auto operator<=>(const Colour&, const Colour&) = default;
};

inline constexpr Colour white{255, 255, 255}, black{0, 0, 0};

struct Point {
    double x, y;
};

class Canvas {
public:
    // White.
    Canvas(int width, int height);

    int width() const { return width_; }
    int height() const { return height_; }

    void clear(Colour colour);
    // A convex one, filled, and its border with a line of `border` pixels.
    void polygon(std::span<const Point> corners, Colour colour, double border = 0);
    void rectangle(double x, double y, double width, double height, Colour colour);
    void circle(Point centre, double radius, Colour colour);

    // Row by row.
    const std::vector<Colour>& pixels() const { return pixels_; }

private:
    // Between two corners of the canvas; `part` tells how much of a pixel is covered, from its
    // middle.
    void cover(Point low, Point high, Colour colour, auto&& part);

    int width_, height_;
    std::vector<Colour> pixels_;
};

}  // namespace lockstep

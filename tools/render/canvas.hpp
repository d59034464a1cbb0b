// A picture being drawn: shapes in, pixels out.
//
// Owns:      cairo, which nothing else here knows.
// Must not:  know what is drawn.
// Invariant: pixel (x, y) covers the square from (x, y) to (x + 1, y + 1), y downward; inside a
//            shape a pixel has exactly the shape's colour, and at slanted borders a blend.
#pragma once

#include <cstdint>
#include <memory>
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
    Canvas(int width, int height);
    ~Canvas();

    int width() const { return width_; }
    int height() const { return height_; }

    void clear(Colour colour);
    // Filled, and its border with a line of `border` pixels.
    void polygon(std::span<const Point> corners, Colour colour, double border = 0);
    void rectangle(double x, double y, double width, double height, Colour colour);
    void circle(Point centre, double radius, Colour colour);

    // Row by row.
    std::vector<Colour> pixels() const;

private:
    struct Drawing;
    int width_, height_;
    std::unique_ptr<Drawing> drawing_;
};

}  // namespace lockstep

// The canvas that an environment's draw() draws on; what becomes of the shapes is up to the canvas.
//
// Must not:  emit code, or know what is drawn.
// Invariant: pixel (x, y) covers the square from (x, y) to (x + 1, y + 1), y downward.
#pragma once

#include <cstdint>
#include <span>

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
    virtual void clear(Colour colour) = 0;
    // A filled convex polygon, its border a line `border` pixels wide.
    virtual void polygon(std::span<const Point> corners, Colour colour, double border = 0) = 0;
    virtual void rectangle(double x, double y, double width, double height, Colour colour) = 0;
    virtual void circle(Point centre, double radius, Colour colour) = 0;
    virtual void line(Point from, Point to, double width, Colour colour) = 0;

protected:
    ~Canvas() = default;
};

// The size of an environment's picture, and how long an animation shows each step.
struct PictureInfo {
    int width, height;
    int centiseconds;
};

}  // namespace lockstep

// The canvas that an environment's draw() draws on; what becomes of the shapes is up to the canvas.
//
// Must not:  emit code, or know what is drawn.
// Invariant: pixel (x, y) covers the square from (x, y) to (x + 1, y + 1), y downward.
#pragma once

#include <cstdint>
#include <span>

namespace lockstep {

struct Color {
    std::uint8_t red, green, blue;
    friend auto operator<=>(const Color&, const Color&) = default;
};

inline constexpr Color white{255, 255, 255}, black{0, 0, 0};

struct Point {
    double x, y;
};

class Canvas {
public:
    virtual void clear(Color color) = 0;
    // A filled convex polygon, its border a line `border` pixels wide.
    virtual void polygon(std::span<const Point> corners, Color color, double border = 0) = 0;
    virtual void rectangle(double x, double y, double width, double height, Color color) = 0;
    virtual void circle(Point center, double radius, Color color) = 0;
    virtual void line(Point from, Point to, double width, Color color) = 0;

protected:
    ~Canvas() = default;
};

// The size of an environment's picture, and how long an animation shows each step.
struct PictureInfo {
    int width, height;
    int centiseconds;
};

}  // namespace lockstep

// A picture to draw on: shapes in, pixels out.
//
// Owns:      the pixels, and how much of each a shape covers.
// Must not:  know what is drawn.
// Invariant: inside a shape a pixel has exactly the shape's color; at slanted edges, a blend.
#pragma once

#include <span>
#include <vector>

#include <lockstep/canvas.hpp>

namespace lockstep {

// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final
class PixelCanvas final : public Canvas {
public:
    // All white.
    PixelCanvas(int width, int height);

    int width() const { return width_; }
    int height() const { return height_; }

    void clear(Color color) override;
    void polygon(std::span<const Point> corners, Color color, double border = 0) override;
    void rectangle(double x, double y, double width, double height, Color color) override;
    void circle(Point center, double radius, Color color) override;
    void line(Point from, Point to, double width, Color color) override;

    // Row by row.
    const std::vector<Color>& pixels() const { return pixels_; }

private:
    // Between two corners of the canvas; `part` maps a pixel's center to its covered part.
    void cover(Point low, Point high, Color color, auto&& part);

    int width_, height_;
    std::vector<Color> pixels_;
};

}  // namespace lockstep

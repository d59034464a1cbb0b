
#include "tools/pictures/canvas.hpp"

#include <algorithm>
#include <cmath>

namespace lockstep {
namespace {

std::uint8_t blend(std::uint8_t below, std::uint8_t above, double share) {
    return static_cast<std::uint8_t>(std::lround(below + share * (above - below)));
}

Color blend(Color below, Color above, double share) {
    return {blend(below.red, above.red, share), blend(below.green, above.green, share),
            blend(below.blue, above.blue, share)};
}

// A straight line, as the signed distance of a point from it.
struct HalfPlane {
    double x, y, offset;

    double depth(Point p) const { return x * p.x + y * p.y + offset; }
};

// The half-planes whose intersection is a convex polygon.
std::vector<HalfPlane> half_planes(std::span<const Point> corners) {
    double area = 0;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const Point a = corners[i], b = corners[(i + 1) % corners.size()];
        area += a.x * b.y - a.y * b.x;
    }
    std::vector<HalfPlane> planes;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const Point a = corners[i], b = corners[(i + 1) % corners.size()];
        const double length = std::copysign(std::hypot(b.x - a.x, b.y - a.y), area);
        if (length == 0) continue;
        const double x = (a.y - b.y) / length, y = (b.x - a.x) / length;
        planes.push_back({x, y, -x * a.x - y * a.y});
    }
    return planes;
}

// The part of a pixel's square that lies between two straight lines, `from` and `to` pixels from
// its center.
double part_between(double from, double to) {
    return std::max(0.0, std::min(to, 0.5) - std::max(from, -0.5));
}

}  // namespace

PixelCanvas::PixelCanvas(int width, int height)
    : width_(width),
      height_(height),
      pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), white) {}

void PixelCanvas::clear(Color color) { std::ranges::fill(pixels_, color); }

void PixelCanvas::cover(Point low, Point high, Color color, auto&& part) {
    // The first pixel from that coordinate on, clamped to the picture.
    const auto first = [](double from, int size) {
        return from < size ? static_cast<int>(std::max(from, 0.0)) : size;
    };
    const int left = first(low.x, width_), right = first(high.x + 1, width_);
    const int top = first(low.y, height_), bottom = first(high.y + 1, height_);
    for (int y = top; y < bottom; ++y) {
        Color* row = pixels_.data() + static_cast<std::ptrdiff_t>(y) * width_;
        for (int x = left; x < right; ++x) {
            row[x] = blend(row[x], color, part(Point{x + 0.5, y + 0.5}));
        }
    }
}

void PixelCanvas::polygon(std::span<const Point> corners, Color color, double border) {
    const std::vector<HalfPlane> planes = half_planes(corners);
    const auto [left, right] = std::ranges::minmax(corners, {}, &Point::x);
    const auto [top, bottom] = std::ranges::minmax(corners, {}, &Point::y);
    cover({left.x - border, top.y - border}, {right.x + border, bottom.y + border}, color,
          [&](Point p) {
              double depth = 1 + border;
              for (const HalfPlane& plane : planes) depth = std::min(depth, plane.depth(p));
              return std::min(1.0, part_between(-depth, 1) +
                                       part_between(-depth - border / 2, -depth + border / 2));
          });
}

void PixelCanvas::rectangle(double x, double y, double width, double height, Color color) {
    const Point corners[] = {{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}};
    polygon(corners, color);
}

void PixelCanvas::circle(Point center, double radius, Color color) {
    cover({center.x - radius, center.y - radius}, {center.x + radius, center.y + radius}, color,
          [&](Point p) {
              return part_between(std::hypot(p.x - center.x, p.y - center.y) - radius, 1);
          });
}

void PixelCanvas::line(Point from, Point to, double width, Color color) {
    const double length = std::hypot(to.x - from.x, to.y - from.y);
    if (length == 0) return;
    const double x = (to.y - from.y) / length * width / 2, y = (from.x - to.x) / length * width / 2;
    const Point corners[] = {{from.x + x, from.y + y},
                             {to.x + x, to.y + y},
                             {to.x - x, to.y - y},
                             {from.x - x, from.y - y}};
    polygon(corners, color);
}

}  // namespace lockstep

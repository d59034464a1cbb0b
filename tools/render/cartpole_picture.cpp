#include <lockstep/tools/render/cartpole_picture.hpp>

#include <cmath>

namespace lockstep {
namespace {

constexpr Colour tan{202, 152, 101}, purple{129, 132, 203};
constexpr double cart_width = 50, cart_height = 30, pole_width = 10, axle_height = cart_height / 4;
constexpr double track = 100;  // from the bottom

// Gymnasium's coordinates grow upward from the last row, and pygame cuts them to whole pixels.
Point pixel(double x, double y) {
    return {std::trunc(x) + 0.5, CartPolePicture::height - 1 - std::trunc(y) + 0.5};
}

}  // namespace

void CartPolePicture::draw(Canvas& canvas, std::span<const double> state) const {
    const double scale = width / (2 * x_threshold);
    const double cart = state[0] * scale + width / 2.0, angle = state[2];
    const double tip = scale * 2 * length - pole_width / 2, base = -pole_width / 2;

    const double half = cart_width / 2, rise = cart_height / 2;
    const Point body[] = {pixel(cart - half, track - rise), pixel(cart - half, track + rise),
                          pixel(cart + half, track + rise), pixel(cart + half, track - rise)};
    const auto turned = [&](double x, double y) {
        return pixel(cart + x * std::cos(angle) + y * std::sin(angle),
                     track + axle_height - x * std::sin(angle) + y * std::cos(angle));
    };
    const double side = pole_width / 2;
    const Point pole[] = {turned(-side, base), turned(-side, tip), turned(side, tip),
                          turned(side, base)};

    canvas.clear(white);
    canvas.polygon(body, black, 1);
    canvas.polygon(pole, tan, 1);
    canvas.circle(pixel(cart, track + axle_height), pole_width / 2 + 0.5, purple);
    canvas.rectangle(0, height - 1 - track, width, 1, black);
}

}  // namespace lockstep


#include "tools/pictures/board_picture.hpp"

#include <algorithm>

#include <lockstep/error.hpp>

namespace lockstep {
namespace {

constexpr int longest_side = 640, largest_cell = 64, smallest_cell = 4;
constexpr Color walker{33, 37, 41};

// The letters of boards and of FrozenLake's maps.
Color color_of(char letter) {
    switch (letter) {
        case '~':
        case 'H':
            return {64, 120, 192};  // water, or a hole in the ice
        case 'W':
            return {176, 48, 48};
        case 'T':
            return {56, 142, 60};
        case 'A':
        case 'G':
            return {240, 180, 40};  // the goal
        case 'F':
            return {214, 236, 250};
        case 'S':
            return {170, 205, 235};
        default:
            return {222, 214, 190};
    }
}

}  // namespace

int BoardPicture::cell() const {
    const auto side = static_cast<int>(std::max(rows.size(), rows[0].size()));
    const int size = std::min(largest_cell, longest_side / side);
    if (size >= smallest_cell) return size;
    throw ConfigError("a board with a side of " + std::to_string(side) +
                      " cells: pictures show up to " +
                      std::to_string(longest_side / smallest_cell));
}

void BoardPicture::draw(Canvas& canvas, std::span<const double> state) const {
    const int size = cell(), columns = static_cast<int>(rows[0].size());
    canvas.clear(white);
    for (std::size_t y = 0; y < rows.size(); ++y) {
        for (std::size_t x = 0; x < rows[y].size(); ++x) {
            // One line of the background stays visible between cells.
            canvas.rectangle(static_cast<double>(x) * size, static_cast<double>(y) * size, size - 1,
                             size - 1, color_of(rows[y][x]));
        }
    }
    const int at = static_cast<int>(state[0]);
    const int row = at / columns, column = at % columns;
    const Point center{(column + 0.5) * size - 0.5, (row + 0.5) * size - 0.5};
    canvas.circle(center, 0.3 * size, walker);
}

}  // namespace lockstep

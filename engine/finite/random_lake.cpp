
#include "engine/finite/random_lake.hpp"

#include <array>
#include <cstddef>

#include <lockstep/error.hpp>

#include "engine/finite/board.hpp"
#include "engine/random/numpy_random.hpp"
#include "engine/text/number_text.hpp"

namespace lockstep {
namespace {

using Lake = std::vector<std::string>;

// Same as numpy.random.Generator.choice(["F", "H"], shape, p=[frozen, 1 - frozen]), which compares
// with cumulative probabilities, scaled so that the last is 1.
Lake draw(int width, int height, double frozen, NumpyGenerator& random) {
    const double chance = frozen / (frozen + (1 - frozen));
    Lake lake(static_cast<std::size_t>(height));
    for (std::string& row : lake) {
        for (int x = 0; x < width; ++x) row += random.random() < chance ? 'F' : 'H';
    }
    lake.front().front() = 'S';
    lake.back().back() = 'G';
    return lake;
}

bool has_path(const Lake& lake) {
    const std::size_t width = lake[0].size(), height = lake.size();
    std::vector<bool> met(width * height);
    std::vector<std::array<std::size_t, 2>> left{{0, 0}};
    while (!left.empty()) {
        const auto [x, y] = left.back();
        left.pop_back();
        // Coordinates before the first column or row wrap to very large numbers.
        if (x >= width || y >= height || lake[y][x] == 'H' || met[y * width + x]) continue;
        if (lake[y][x] == 'G') return true;
        met[y * width + x] = true;
        left.insert(left.end(), {{x + 1, y}, {x, y + 1}, {x - 1, y}, {x, y - 1}});
    }
    return false;
}

}  // namespace

std::vector<std::string> random_lake(int width, int height, double frozen, std::uint64_t seed) {
    const auto allowed = [](int side) { return side >= 1 && side <= longest_side; };
    const std::string size = std::to_string(width) + "x" + std::to_string(height);
    if (!allowed(width) || !allowed(height) || (width == 1 && height == 1)) {
        throw ConfigError("lake of " + size + " cells: allowed 1 to " +
                          std::to_string(longest_side) + " each, and two cells at least");
    }
    if (!(frozen >= 0 && frozen <= 1))
        throw ConfigError("frozen = " + shortest(frozen) + ": allowed 0 to 1");
    constexpr std::int64_t max_cells = std::int64_t{1} << 26;  // takes a second
    const std::int64_t cells = std::int64_t{width} * height;
    NumpyGenerator random(seed);
    for (std::int64_t drawn = cells; drawn <= max_cells; drawn += cells) {
        Lake lake = draw(width, height, frozen, random);
        if (has_path(lake)) return lake;
    }
    throw ConfigError("a lake of " + size + " cells, " + shortest(frozen) +
                      " of them frozen: none of " + std::to_string(max_cells / cells) +
                      " had a path from S to G");
}

}  // namespace lockstep

// Random lakes: Gymnasium's own, as recorded, and properties of lakes of any size.

#include <algorithm>

#include "engine/finite/random_lake.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/random.hpp"
#include "tests/support/recorded.hpp"

namespace lockstep {
namespace {

using Lake = std::vector<std::string>;

// Spreads from S until nothing changes.
bool reachable(Lake lake) {
    lake[0][0] = '*';
    for (bool more = true; more;) {
        more = false;
        for (std::size_t y = 0; y < lake.size(); ++y) {
            for (std::size_t x = 0; x < lake[y].size(); ++x) {
                const bool next = (y > 0 && lake[y - 1][x] == '*') ||
                                  (x > 0 && lake[y][x - 1] == '*') ||
                                  (y + 1 < lake.size() && lake[y + 1][x] == '*') ||
                                  (x + 1 < lake[y].size() && lake[y][x + 1] == '*');
                if (!next || lake[y][x] == 'H' || lake[y][x] == '*') continue;
                lake[y][x] = '*', more = true;
            }
        }
    }
    return lake.back().back() == '*';
}

TEST_CASE("square lakes are those of generate_random_map", "[lake]") {
    const auto lakes = test::recorded("toy_text/lakes.json");
    REQUIRE(lakes.size() > 20);
    for (const auto& lake : lakes) {
        CAPTURE(lake.dump());
        const int side = lake[0].get<int>();
        const double frozen = lake[1].get<double>();
        CHECK(random_lake(side, side, frozen, lake[2].get<std::uint64_t>()) == lake[3].get<Lake>());
    }
}

TEST_CASE("a lake of any size can be crossed", "[lake]") {
    auto numbers = test::random_numbers("lakes of any size");
    std::int64_t frozen = 0, cells = 0;
    for (int round = 0; round < 300; ++round) {
        const int width = 2 + static_cast<int>(numbers() % 20);
        const int height = 1 + static_cast<int>(numbers() % 6);
        const Lake lake = random_lake(width, height, 0.9, numbers());
        REQUIRE(lake.size() == static_cast<std::size_t>(height));
        for (const std::string& row : lake) {
            REQUIRE(row.size() == static_cast<std::size_t>(width));
            CHECK(row.find_first_not_of("SFHG") == std::string::npos);
            frozen += std::ranges::count(row, 'F');
        }
        cells += std::int64_t{width} * height - 2;
        CHECK(lake.front().front() == 'S');
        CHECK(lake.back().back() == 'G');
        CHECK(reachable(lake));
    }
    CHECK(static_cast<double>(frozen) > 0.88 * static_cast<double>(cells));
    CHECK(frozen < cells);
    CHECK(random_lake(3, 1, 0.5, 1) == Lake{"SFG"});
    CHECK(random_lake(1, 2, 0, 1) == Lake{"S", "G"});
    CHECK(random_lake(8, 8, 1, 5)[3] == "FFFFFFFF");
}

TEST_CASE("lakes that cannot be are refused", "[lake][bad_input]") {
    const auto refused = [](int width, int height, double frozen, const std::string& words) {
        test::check_refused([&] { random_lake(width, height, frozen, 0); }, {words});
    };
    refused(1, 1, 0.8, "lake of 1x1 cells: allowed 1 to 1024 each, and two cells at least");
    refused(0, 8, 0.8, "lake of 0x8 cells");
    refused(8, 1025, 0.8, "lake of 8x1025 cells");
    refused(8, 8, -0.1, "frozen = -0.1: allowed 0 to 1");
    refused(8, 8, 1.5, "frozen = 1.5: allowed 0 to 1");
    refused(8, 8, std::numeric_limits<double>::quiet_NaN(), "frozen = nan: allowed 0 to 1");
    refused(100, 100, 0.2, "had a path from S to G");
    refused(3, 3, 0, "had a path from S to G");
}

}  // namespace
}  // namespace lockstep

// The memory of a lane, taken out and put back.

#include <algorithm>
#include <numeric>

#include "agents/network/learner_state.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"

namespace lockstep {
namespace {

// Rows of several widths, some of them owned elsewhere; every element has a different number.
struct Held {
    Held() {
        f64 = memory.rows<double>(5);
        u8 = memory.rows<std::uint8_t>(3);
        memory.adopt(owned[0], 2);
        fill(0);
    }
    void fill(int from) {
        std::iota(f64, f64 + 5 * lane_count, from + 0.5);
        std::iota(u8, u8 + 3 * lane_count, static_cast<std::uint8_t>(from));
        std::iota(owned[0], owned[0] + 2 * lane_count, static_cast<std::uint32_t>(from));
    }

    LaneMemory memory;
    double* f64;
    std::uint8_t* u8;
    std::uint32_t owned[2][lane_count];
};

TEST_CASE("a learner comes back in another lane, and its neighbors stay", "[lane-memory]") {
    Held from, to;
    to.fill(1000);
    const std::vector<float> log{1.5F, -2.0F, 0.0F};
    const LearnerState state = save_learner<float>(from.memory, 3, log);
    REQUIRE(state.size() == from.memory.bytes_a_learner() + log.size() * sizeof(float));
    std::vector<LearnerState> before;
    for (int lane = 0; lane < lane_count; ++lane) before.push_back(to.memory.save(lane));

    CHECK(load_learner<float>(to.memory, 11, state) == log);
    for (int lane = 0; lane < lane_count; ++lane) {
        const auto expected =
            lane == 11 ? from.memory.save(3) : before[static_cast<std::size_t>(lane)];
        CHECK(to.memory.save(lane) == expected);
    }
    for (int row = 0; row < 5; ++row)
        CHECK(to.f64[row * lane_count + 11] == from.f64[row * lane_count + 3]);
    CHECK(to.owned[1][11] == from.owned[1][3]);
}

TEST_CASE("a cleared lane is zero, and the others stay", "[lane-memory]") {
    Held held;
    const LearnerState neighbor = held.memory.save(1);
    held.memory.clear(0);
    CHECK(std::ranges::all_of(held.memory.save(0), [](std::byte b) { return b == std::byte{0}; }));
    CHECK(held.memory.save(1) == neighbor);
}

TEST_CASE("a state of another memory is refused, and nothing is loaded", "[lane-memory]") {
    Held held;
    const LearnerState before = held.memory.save(0);
    LearnerState state = save_learner<double>(held.memory, 1, std::vector<double>{1, 2});
    state.pop_back();
    const auto load = [&] { load_learner<double>(held.memory, 0, state); };
    test::check_refused(load, {"a state of", "and a log of 8 each"});
    state.resize(held.memory.bytes_a_learner() - 1);
    test::check_refused(load, {"a state of"});
    CHECK(held.memory.save(0) == before);
}

}  // namespace
}  // namespace lockstep

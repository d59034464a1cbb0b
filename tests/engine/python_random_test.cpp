// Python's numbers against what CPython 3.11.2 recorded (golden/rng) and CPython 3.11.7 printed.

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/random/python_random.hpp"
#include "tests/support/recorded.hpp"

namespace lockstep {
namespace {
using test::bits;

constexpr std::uint64_t last_seed = std::numeric_limits<std::uint64_t>::max();

// Python takes seeds of any length; one recorded seed is above 64 bits and not for this generator.
std::vector<std::pair<std::uint64_t, Json>> recorded_seeds() {
    std::vector<std::pair<std::uint64_t, Json>> fitting;
    const Json all = test::recorded("rng/python_random_facts.json");
    for (const auto& [text, facts] : all.at("seeds").items()) {
        std::uint64_t seed = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
        if (error == std::errc()) fitting.emplace_back(seed, facts);
    }
    return fitting;
}

std::string hex(std::uint64_t word) {
    char text[19];
    std::snprintf(text, sizeof text, "0x%08llx", static_cast<unsigned long long>(word));
    return text;
}

std::string direction(std::uint64_t index) { return std::string(1, "UDLR"[index]); }

// What one Python program printed for one seed.
struct Printed {
    std::uint64_t seed;
    std::array<std::uint64_t, 6> words;  // of 1, 31, 32, 33, 53 and 64 bits
    double random;
    std::int64_t wide;      // randint(-2**63, 2**62)
    std::uint64_t of_2_40;  // choice(range(2**40)), after two draws among one value
    double last;
};
const Printed printed[] = {
    {0,
     {0x1, 0x314fb7df, 0xc2094cac, 0xe3e70682, 0x8490b0a5d2f34, 0x82e2e662f728b4fa},
     0x1.f19707b3d4e1ap-2,
     -3628239895372153504,
     480641685011,
     0x1.026650c8e9dc4p-1},
    {4294967295,
     {0x1, 0x4f4e027a, 0x3404e941, 0x13720bfa9, 0x9529e85bbddd4, 0x570c10069a6188fb},
     0x1.ec5765d864354p-1,
     3478544511848647951,
     1094776149296,
     0x1.a44afc883a1d4p-2},
    {4294967296,
     {0x0, 0x2cf7c5de, 0x6af6d506, 0xef49e4d2, 0x13933805d7a70d, 0xce3ee200e047a393},
     0x1.865086d5377abp-1,
     841319406087497836,
     163801826810,
     0x1.a30d0abc2f4ccp-1},
    {last_seed,
     {0x0, 0x1fd7f994, 0x568d6a40, 0x9e667b13, 0x13af1c74c09a52, 0xeb6900f41853117e},
     0x1.cd373797bf303p-1,
     4281718952982948910,
     1062273470235,
     0x1.0c6b5ba393f14p-2},
};

}  // namespace

TEST_CASE("the recorded draws are Python's", "[python_random]") {
    const auto seeds = recorded_seeds();
    REQUIRE(seeds.size() == 5);
    for (const auto& [seed, facts] : seeds) {
        CAPTURE(seed);
        PythonRandom words(seed), doubles(seed), cells(seed), steps(seed), moves(seed),
            weighted(seed);
        test::check_values(facts.at("getrandbits32"), [&] { return hex(words.getrandbits(32)); });
        test::check_doubles(facts.at("random"), [&] { return doubles.random(); });
        test::check_values(facts.at("randint_0_7"), [&] { return cells.randint(0, 7); });
        test::check_values(facts.at("randint_m1_p1"), [&] { return steps.randint(-1, 1); });
        test::check_values(facts.at("choice_UDLR"),
                           [&] { return direction(moves.choice_index(4)); });
        test::check_values(facts.at("choices_UDLR_w1234"), [&] {
            return direction(weighted.choices_index(std::array{1.0, 2.0, 3.0, 4.0}));
        });
    }
}

TEST_CASE("widths, ranges and seeds at their bounds are Python's", "[python_random]") {
    constexpr std::array widths{1, 31, 32, 33, 53, 64};
    for (const Printed& facts : printed) {
        CAPTURE(facts.seed);
        PythonRandom random(facts.seed);
        for (std::size_t i = 0; i < widths.size(); ++i) {
            CHECK(random.getrandbits(0) == 0);
            CHECK(random.getrandbits(widths[i]) == facts.words[i]);
        }
        CHECK(bits(random.random()) == bits(facts.random));
        CHECK(random.randint(std::numeric_limits<std::int64_t>::min(), std::int64_t{1} << 62) ==
              facts.wide);
        CHECK(random.randint(0, 0) == 0);
        CHECK(random.choice_index(1) == 0);
        CHECK(random.choice_index(std::uint64_t{1} << 40) == facts.of_2_40);
        CHECK(bits(random.random()) == bits(facts.last));
    }
}

TEST_CASE("weights that are no whole numbers, or zero, choose as in Python", "[python_random]") {
    const std::array weights{0.1, 0.2, 0.3, 1e-4, 0.0, 2.5};
    const std::vector<std::size_t> expected{2, 5, 5, 5, 5, 5, 5, 5, 1, 0, 5, 5,
                                            5, 0, 5, 5, 5, 5, 5, 0, 0, 5, 5, 5};
    PythonRandom random(1), edges(0);
    for (const std::size_t index : expected) CHECK(random.choices_index(weights) == index);
    for (int i = 0; i < 3; ++i) CHECK(edges.choices_index(std::array{0.0, 0.0, 5.0}) == 2);
    for (int i = 0; i < 2; ++i) CHECK(edges.choices_index(std::array{2.0}) == 0);
    CHECK(bits(edges.random()) == bits(0x1.9ea70df588b3cp-2));
}

TEST_CASE("far along the stream it is still Python's", "[python_random]") {
    PythonRandom random(last_seed);
    for (int i = 0; i < 100'000; ++i) random.getrandbits(32);
    CHECK(random.getrandbits(32) == 0x911d0b67);
}

}  // namespace lockstep

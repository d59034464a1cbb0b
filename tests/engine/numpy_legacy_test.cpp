// NumPy's legacy generator against what NumPy 1.24.2 recorded (golden/rng) and 2.4.6 printed.

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

#include "engine/random/numpy_legacy.hpp"
#include "tests/support/numbers.hpp"
#include "tests/support/recorded.hpp"

namespace lockstep {
namespace {
using test::bits;

constexpr std::uint64_t whole_word = std::uint64_t{1} << 32;

}  // namespace

TEST_CASE("the recorded draws are NumPy's", "[numpy_legacy]") {
    const Json all = test::recorded("rng/numpy_legacy_rng_facts.json").at("seeds");
    REQUIRE(all.size() == 3);
    for (const auto& [text, facts] : all.items()) {
        CAPTURE(text);
        std::uint32_t seed = 0;
        std::from_chars(text.data(), text.data() + text.size(), seed);
        NumpyLegacyRandom words(seed), uniform(seed), normal(seed), weighted(seed), three(seed),
            five(seed);
        for (const Json& word : facts.at("first_u32")) {
            CHECK(words.randint(whole_word) == test::whole_number_of(word.get<std::string>()));
        }
        test::check_doubles(facts.at("rand"), [&] { return uniform.rand(); });
        test::check_doubles(facts.at("randn"), [&] { return normal.randn(); });
        test::check_values(facts.at("choice4_p_7_2_0_1"), [&] {
            return weighted.choice(std::array{0.7, 0.2, 0.0, 0.1});
        });
        test::check_values(facts.at("choice_012"), [&] { return three.choice(3); });
        test::check_values(facts.at("randint5"), [&] { return five.randint(5); });
    }
}

TEST_CASE("ranges and seeds at their bounds are NumPy's", "[numpy_legacy]") {
    struct Printed {
        std::uint32_t seed;
        std::array<std::uint32_t, 8> drawn;  // of 1, 2, 3, 8, 9, 1000, 2**31 and 2**32
        double uniform;
        std::array<std::uint32_t, 3> chosen;  // of 1, 7 and 100
        double normal, between, kept;
        std::array<std::size_t, 12> weighted;  // by .1, .2, .3, .15, .25
        double last;
    };
    const Printed printed[] = {
        {7,
         {0, 1, 0, 1, 6, 579, 2053951699, 3107259287},
         0x1.d284d9fd2ec2ap-2,
         {0, 1, 14},
         -0x1.8ab841a4f6ff3p-2,
         0x1.ad6fe8a25c356p-2,
         -0x1.c313300dce2e7p-3,
         {0, 2, 4, 2, 2, 3, 3, 3, 2, 4, 1, 4},
         0x1.0502f2f99dd7ep-2},
        {4294967295,
         {0, 1, 2, 4, 7, 948, 113049152, 3350089942},
         0x1.8a8e03c125ec7p-1,
         {0, 0, 11},
         -0x1.c017050881942p-1,
         0x1.4e5bf8bf02f54p-1,
         0x1.0f465b29fd878p-1,
         {4, 4, 2, 1, 2, 2, 4, 2, 3, 4, 3, 2},
         0x1.fd7b8da5273dbp-1},
    };
    constexpr std::array<std::uint64_t, 8> ranges{1, 2, 3, 8, 9, 1000, whole_word / 2, whole_word};
    constexpr std::array<std::uint64_t, 3> choices{1, 7, 100};
    for (const Printed& facts : printed) {
        CAPTURE(facts.seed);
        NumpyLegacyRandom random(facts.seed);
        for (std::size_t i = 0; i < 8; ++i) CHECK(random.randint(ranges[i]) == facts.drawn[i]);
        CHECK(bits(random.rand()) == bits(facts.uniform));
        for (std::size_t i = 0; i < 3; ++i) CHECK(random.choice(choices[i]) == facts.chosen[i]);
        CHECK(bits(random.randn()) == bits(facts.normal));
        CHECK(bits(random.rand()) == bits(facts.between));
        CHECK(bits(random.randn()) == bits(facts.kept));
        for (const std::size_t index : facts.weighted) {
            CHECK(random.choice(std::array{0.1, 0.2, 0.3, 0.15, 0.25}) == index);
        }
        CHECK(bits(random.rand()) == bits(facts.last));
    }
}

TEST_CASE("far along the stream it is still NumPy's", "[numpy_legacy]") {
    NumpyLegacyRandom words(7), normals(7);
    for (int i = 0; i < 100'000; ++i) words.randint(whole_word);
    CHECK(words.randint(whole_word) == 0x26d4abde);
    for (int i = 0; i < 19'998; ++i) normals.randn();
    CHECK(bits(normals.randn()) == bits(-0x1.044041213f759p+0));
    CHECK(bits(normals.randn()) == bits(-0x1.5af7e71f7a0c6p-2));
}

}  // namespace lockstep

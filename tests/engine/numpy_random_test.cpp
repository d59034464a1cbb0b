// NumPy's stream against what NumPy 1.24.2 and Gymnasium recorded: golden/rng, golden/cartpole.

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "engine/random/numpy_random.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"
#include "tests/support/recorded.hpp"

namespace lockstep {
namespace {
using test::bits;
using test::check_doubles;
using test::Csv;

const std::string golden = LOCKSTEP_GOLDEN_DIR;
const std::array<std::string, 4> state_columns{"x", "x_dot", "theta", "theta_dot"};

struct Recorded {
    std::uint64_t seed;
    Json facts;
};

std::optional<std::uint64_t> parse_seed(const std::string& text) {
    std::uint64_t seed = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, seed);
    return error == std::errc{} && stop == end ? std::optional(seed) : std::nullopt;
}

// NumPy takes seeds of any length; recorded seeds above 64 bits are not for this generator.
std::vector<Recorded> recorded_seeds() {
    const Json all = test::recorded("rng/numpy_rng_facts.json");
    std::vector<Recorded> fitting;
    for (const auto& [text, facts] : all.at("seeds").items()) {
        if (const auto seed = parse_seed(text)) {
            fitting.push_back({*seed, facts});
        }
    }
    return fitting;
}

template <class Word>
std::string hex(Word word) {
    constexpr std::size_t digits = 2 * sizeof(Word);
    std::string text(digits, '0');
    for (std::size_t i = 0; i < digits; ++i) {
        text[digits - 1 - i] = "0123456789abcdef"[(word >> (4 * i)) & 15u];
    }
    return text;
}

template <class Words>
std::vector<std::string> hex_all(const Words& words) {
    std::vector<std::string> texts;
    for (const auto word : words) {
        texts.push_back("0x" + hex(word));
    }
    return texts;
}

void check_reset_row(NumpyGenerator& generator, const Csv& file, std::size_t row) {
    for (const std::string& column : state_columns) {
        const double drawn = generator.uniform(-0.05, 0.05);
        CHECK(bits(drawn) == bits(file.number(row, column)));
        if (file.has_column(column + "_hex")) {
            CHECK(bits(drawn) == bits(file.number(row, column + "_hex")));
        }
    }
}

}  // namespace

TEST_CASE("all 14 recorded seeds of at most 64 bits are checked", "[numpy_random]") {
    CHECK(recorded_seeds().size() == 14);
}

TEST_CASE("seeding makes NumPy's entropy pool", "[numpy_random]") {
    for (const Recorded& recorded : recorded_seeds()) {
        CAPTURE(recorded.seed);
        const auto expected =
            recorded.facts.at("seedsequence_pool_u32").get<std::vector<std::string>>();
        CHECK(hex_all(numpy_seed_pool(recorded.seed)) == expected);
    }
}

TEST_CASE("seeding makes PCG64's state and increment", "[numpy_random]") {
    for (const Recorded& recorded : recorded_seeds()) {
        CAPTURE(recorded.seed);
        const NumpyGeneratorState state = NumpyGenerator(recorded.seed).state();
        CHECK("0x" + hex(state.state_hi) + hex(state.state_lo) ==
              recorded.facts.at("pcg64_initial_state_128").get<std::string>());
        CHECK("0x" + hex(state.inc_hi) + hex(state.inc_lo) ==
              recorded.facts.at("pcg64_inc_128").get<std::string>());
    }
}

TEST_CASE("raw words are NumPy's", "[numpy_random]") {
    for (const Recorded& recorded : recorded_seeds()) {
        CAPTURE(recorded.seed);
        const auto expected = recorded.facts.at("raw_u64").get<std::vector<std::string>>();
        REQUIRE(expected.size() == 8);
        NumpyGenerator generator(recorded.seed);
        std::array<std::uint64_t, 8> drawn{};
        for (std::uint64_t& word : drawn) {
            word = generator.next_u64();
        }
        CHECK(hex_all(drawn) == expected);
    }
}

TEST_CASE("doubles are NumPy's, bit for bit", "[numpy_random]") {
    for (const Recorded& recorded : recorded_seeds()) {
        CAPTURE(recorded.seed);
        NumpyGenerator unit(recorded.seed);
        check_doubles(recorded.facts.at("random_doubles"), [&] { return unit.random(); });
        NumpyGenerator ranged(recorded.seed);
        check_doubles(recorded.facts.at("uniform_m005_p005"),
                      [&] { return ranged.uniform(-0.05, 0.05); });
    }
}

TEST_CASE("500 CartPole resets by seed are Gymnasium's, bit for bit", "[numpy_random]") {
    const Csv resets(golden + "/cartpole/resets.csv");
    REQUIRE(resets.rows() == 500);
    REQUIRE(resets.has_column("x_hex"));
    for (std::size_t row = 0; row < resets.rows(); ++row) {
        const auto seed = parse_seed(resets.text(row, "seed"));
        REQUIRE(seed == row);
        CAPTURE(*seed);
        NumpyGenerator generator(*seed);
        check_reset_row(generator, resets, row);
    }
}

TEST_CASE("resets without a seed go on with the stream, as in Gymnasium", "[numpy_random]") {
    const Csv sequence(golden + "/cartpole/resets_sequence_seed42.csv");
    REQUIRE(sequence.rows() == 20);
    NumpyGenerator generator(42);
    for (std::size_t row = 0; row < sequence.rows(); ++row) {
        CAPTURE(row);
        check_reset_row(generator, sequence, row);
    }
}

TEST_CASE("a snapshot replays the stream in another generator", "[numpy_random]") {
    NumpyGenerator original(42);
    original.next_u64();
    const NumpyGeneratorState snapshot = original.state();
    NumpyGenerator restored(7);
    restored.set_state(snapshot);
    for (int i = 0; i < 100; ++i) {
        CHECK(restored.next_u64() == original.next_u64());
    }
    CHECK(restored.state() == original.state());
    CHECK_FALSE(restored.state() == snapshot);
}

}  // namespace lockstep

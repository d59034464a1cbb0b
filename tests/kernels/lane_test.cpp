// Every lane function of an instruction set gives the bits of the plain C++ expression or, if C++
// has none, of the scalar lanes, whose accuracy math_test.cpp checks.

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "tests/kernels/probes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random.hpp"

namespace lockstep::test {
namespace {

constexpr int rounds = 4000;

std::string shown(auto value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, +value).ptr};
}

// Random inputs, and the failures: the first one of each operation, and how many.
class Trials {
public:
    explicit Trials(const char* where) : random(random_numbers(where)) {}
    ~Trials() {
        for (const auto& [name, failure] : failures_) {
            FAIL_CHECK(name << ": " << failure.count << " times, first " << failure.first);
        }
    }
    Trials(const Trials&) = delete;
    Trials& operator=(const Trials&) = delete;

    template <class T>
    void check(const std::string& operation, const Vector<T>& got, const Vector<T>& expected,
               const auto&... operands) {
        for (std::size_t i = 0; i < lanes; ++i) {
            if (canonical(got[i]) == canonical(expected[i])) continue;
            Failure& failure = failures_[operation];
            if (failure.count++ > 0) continue;
            failure.first = "lane " + std::to_string(i) + " of";
            ((failure.first += " " + shown(operands[i])), ...);
            failure.first += ": got " + shown(got[i]) + ", expected " + shown(expected[i]);
        }
        ++checks;
    }

    std::mt19937_64 random;
    std::size_t checks = 0;

private:
    struct Failure {
        int count = 0;
        std::string first;
    };
    std::map<std::string, Failure> failures_;
};

template <class Functions>
std::size_t named(const Functions& functions) {
    std::size_t count = 0;
    while (count < std::size(functions) && functions[count].name != nullptr) ++count;
    return count;
}

// `mine` against the scalar lanes, operation by operation.
template <class T>
void compare_unary(const auto& mine, const auto& scalar, Trials& trials) {
    REQUIRE(named(mine) == named(scalar));
    const Vector<T> x = random_vector<T>(trials.random);
    for (std::size_t k = 0; k < named(mine); ++k) {
        Vector<T> got{}, expected{};
        mine[k].call(x.data(), got.data());
        scalar[k].call(x.data(), expected.data());
        trials.check(mine[k].name, got, expected, x);
    }
}

template <class T>
void compare_binary(const auto& mine, const auto& scalar, Trials& trials) {
    REQUIRE(named(mine) == named(scalar));
    const Vector<T> x = random_vector<T>(trials.random), y = random_vector<T>(trials.random);
    for (std::size_t k = 0; k < named(mine); ++k) {
        Vector<T> got{}, expected{};
        mine[k].call(x.data(), y.data(), got.data());
        scalar[k].call(x.data(), y.data(), expected.data());
        trials.check(mine[k].name, got, expected, x, y);
    }
}

template <class T>
void check_comparisons(const LaneFunctions<T>& mine, Trials& trials) {
    const Vector<T> x = random_vector<T>(trials.random);
    Vector<T> y = random_vector<T>(trials.random);
    for (std::size_t i = 0; i < lanes; ++i) y[i] = trials.random() % 3 == 0 ? x[i] : y[i];
    const std::function<bool(T, T)> truths[] = {std::less<T>(),     std::less_equal<T>(),
                                                std::greater<T>(),  std::greater_equal<T>(),
                                                std::equal_to<T>(), std::not_equal_to<T>()};
    for (std::size_t k = 0; k < 6; ++k) {
        Vector<std::uint8_t> got{}, expected{};
        mine.comparisons[k].call(x.data(), y.data(), got.data());
        for (std::size_t i = 0; i < lanes; ++i) expected[i] = truths[k](x[i], y[i]) ? 1 : 0;
        trials.check(mine.comparisons[k].name, got, expected, x, y);
    }
}

// With numbers and NaN: the bits of std::min and std::max, and a NaN clamped to `low`.
template <class T>
void check_bounds(const LaneFunctions<T>& mine, Trials& trials) {
    const Vector<T> x = random_vector<T>(trials.random), y = random_vector<T>(trials.random),
                    z = random_vector<T>(trials.random);
    Vector<T> least{}, most{}, clamped{}, got{};
    for (std::size_t i = 0; i < lanes; ++i) {
        least[i] = std::min(x[i], y[i]);
        most[i] = std::max(x[i], y[i]);
        clamped[i] = std::min(std::max(y[i], x[i]), z[i]);
    }
    mine.min(x.data(), y.data(), got.data());
    trials.check("min", got, least, x, y);
    mine.max(x.data(), y.data(), got.data());
    trials.check("max", got, most, x, y);
    mine.clamp(x.data(), y.data(), z.data(), got.data());
    trials.check("clamp", got, clamped, x, y, z);
}

template <class T>
void check_moves(const LaneFunctions<T>& mine, Trials& trials) {
    const Vector<T> x = random_vector<T>(trials.random), y = random_vector<T>(trials.random);
    const Vector<std::uint8_t> mask = random_mask(trials.random);
    Vector<T> selected{}, expanded = y, compressed{}, got{};
    std::size_t set = 0;
    for (std::size_t i = 0; i < lanes; ++i) {
        selected[i] = mask[i] != 0 ? x[i] : y[i];
        if (mask[i] == 0) continue;
        expanded[i] = x[set];
        compressed[set++] = x[i];
    }
    mine.select(mask.data(), x.data(), y.data(), got.data());
    trials.check("select", got, selected, mask, x, y);
    mine.expand(mask.data(), x.data(), y.data(), got.data());
    trials.check("expand", got, expanded, mask, x, y);
    Vector<T> packed{};
    mine.compress(mask.data(), x.data(), packed.data());
    std::fill(packed.begin() + static_cast<std::ptrdiff_t>(set), packed.end(), T(0));
    trials.check("compress", packed, compressed, mask, x);
}

template <class T>
void check_constants(const LaneFunctions<T>& mine, Trials& trials) {
    Vector<T> got{}, expected{};
    for (std::size_t i = 0; i < lanes; ++i) expected[i] = static_cast<T>(i);
    mine.iota(got.data());
    trials.check("iota", got, expected);
    for (const T value : special_values<T>()) {
        expected.fill(value);
        mine.broadcast(value, got.data());
        trials.check("broadcast", got, expected);
    }
}

template <class T>
void check_lane_functions(const LaneFunctions<T>& mine, Trials& trials) {
    check_constants(mine, trials);
    for (int round = 0; round < rounds; ++round) {
        check_comparisons(mine, trials);
        check_bounds(mine, trials);
        check_moves(mine, trials);
    }
}

template <class T>
void check_reals(const RealFunctions<T>& mine, const RealFunctions<T>& scalar, Trials& trials) {
    check_lane_functions(mine.lanes, trials);
    for (int round = 0; round < rounds; ++round) {
        compare_unary<T>(mine.unary, scalar.unary, trials);
        compare_binary<T>(mine.binary, scalar.binary, trials);
    }
}

template <class T>
void check_integers(const IntegerFunctions<T>& mine, const IntegerFunctions<T>& scalar,
                    Trials& trials) {
    check_lane_functions(mine.lanes, trials);
    for (int round = 0; round < rounds; ++round) {
        compare_unary<T>(mine.unary, scalar.unary, trials);
        compare_binary<T>(mine.binary, scalar.binary, trials);
    }
}

// Against the C library's fma, which rounds once on every CPU.
template <class T>
void check_fused(const RealFunctions<T>& mine, Trials& trials) {
    for (int round = 0; round < rounds; ++round) {
        const Vector<T> x = random_vector<T>(trials.random), y = random_vector<T>(trials.random);
        Vector<T> z = random_vector<T>(trials.random), got{}, fused{}, negated{};
        for (std::size_t i = 0; i < lanes; ++i) {
            // If the sum cancels, two roundings differ from one.
            if (trials.random() % 2 == 0) z[i] = static_cast<T>(-(x[i] * y[i]));
            fused[i] = std::fma(x[i], y[i], z[i]);
            negated[i] = std::fma(-x[i], y[i], z[i]);
        }
        mine.ternary[0].call(x.data(), y.data(), z.data(), got.data());
        trials.check("fma", got, fused, x, y, z);
        mine.ternary[1].call(x.data(), y.data(), z.data(), got.data());
        trials.check("fnma", got, negated, x, y, z);
    }
}

template <class T>
void check_draws(const RealFunctions<T>& mine, const RealFunctions<T>& scalar, Trials& trials) {
    constexpr int draws = 13;  // more than three refills of the buffer
    using Draws = std::array<T, draws * lanes>;
    for (int round = 0; round < 300; ++round) {
        const auto counter0 = random_vector<std::uint32_t>(trials.random);
        const auto counter1 = random_vector<std::uint32_t>(trials.random);
        const Key key{{static_cast<std::uint32_t>(trials.random()),
                       static_cast<std::uint32_t>(trials.random())}};
        for (const auto function : {&RealFunctions<T>::uniforms, &RealFunctions<T>::normals}) {
            Draws got{}, expected{};
            (mine.*function)(key, counter0.data(), counter1.data(), draws, got.data());
            (scalar.*function)(key, counter0.data(), counter1.data(), draws, expected.data());
            REQUIRE(std::memcmp(&got, &expected, sizeof got) == 0);
        }
    }
}

}  // namespace

TEST_CASE("the lanes are those of the instruction set asked for", "[lanes]") {
    CHECK(probe().isa == name(default_isa()));
}

TEST_CASE("lanes of float are the scalar ones, bit for bit", "[lanes]") {
    Trials trials("float lanes");
    check_reals(probe().f32, scalar_probe().f32, trials);
}

TEST_CASE("lanes of double are the scalar ones, bit for bit", "[lanes]") {
    Trials trials("double lanes");
    check_reals(probe().f64, scalar_probe().f64, trials);
}

TEST_CASE("lanes of integers are the scalar ones, bit for bit", "[lanes]") {
    Trials trials("integer lanes");
    check_integers(probe().i32, scalar_probe().i32, trials);
    check_integers(probe().u32, scalar_probe().u32, trials);
    check_integers(probe().u64, scalar_probe().u64, trials);
}

TEST_CASE("fma rounds once, everywhere", "[lanes]") {
    Trials trials("fma");
    check_fused(probe().f32, trials);
    check_fused(probe().f64, trials);
}

TEST_CASE("negation turns the sign of zero, of infinity and of everything", "[lanes]") {
    const auto check = [](const auto& unary, auto zero) {
        using T = decltype(zero);
        REQUIRE(unary[0].name == std::string("negate"));
        for (const T value : special_values<T>()) {
            Vector<T> x{}, got{};
            x.fill(value);
            unary[0].call(x.data(), got.data());
            for (const T lane : got) CHECK(std::signbit(lane) != std::signbit(value));
        }
    };
    check(probe().f32.unary, 0.0F);
    check(probe().f64.unary, 0.0);
}

TEST_CASE("integers become reals rounded to nearest", "[lanes]") {
    Trials trials("integers to reals");
    for (int round = 0; round < rounds; ++round) {
        const Vector<std::int32_t> x = random_vector<std::int32_t>(trials.random);
        Vector<float> single{}, expected_single{};
        Vector<double> wide{}, expected_wide{};
        for (std::size_t i = 0; i < lanes; ++i) {
            expected_single[i] = static_cast<float>(x[i]);
            expected_wide[i] = x[i];
        }
        probe().f32.from_integer(x.data(), single.data());
        probe().f64.from_integer(x.data(), wide.data());
        trials.check("to float", single, expected_single, x);
        trials.check("to double", wide, expected_wide, x);
    }
}

TEST_CASE("masks load any byte but 0 as true and store 0 and 1", "[lanes]") {
    Trials trials("masks");
    const MaskFunctions& mine = probe().masks;
    for (int round = 0; round < rounds; ++round) {
        const auto a = random_mask(trials.random), b = random_mask(trials.random);
        Vector<std::uint8_t> got{}, both{}, either{}, inverse{};
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < lanes; ++i) {
            both[i] = a[i] != 0 && b[i] != 0;
            either[i] = a[i] != 0 || b[i] != 0;
            inverse[i] = a[i] == 0;
            bits |= (a[i] != 0 ? 1U : 0U) << i;
        }
        mine.binary[0].call(a.data(), b.data(), got.data());
        trials.check("&", got, both, a, b);
        mine.binary[1].call(a.data(), b.data(), got.data());
        trials.check("|", got, either, a, b);
        mine.invert.call(a.data(), got.data());
        trials.check("~", got, inverse, a);
        REQUIRE(mine.bits(a.data()) == bits);
    }
}

TEST_CASE("masks are made of every pattern of bits and of counts", "[lanes]") {
    const MaskFunctions& mine = probe().masks;
    Vector<std::uint8_t> got{};
    for (std::uint32_t bits = 0; bits < 0x10000U; ++bits) {
        mine.from_bits(bits | 0xABCD0000U, got.data());  // bits above 15 are ignored
        std::uint32_t read = 0;
        for (std::size_t i = 0; i < lanes; ++i) read |= std::uint32_t{got[i]} << i;
        REQUIRE(read == bits);
    }
    for (const std::int64_t count : {-3, 0, 1, 7, 8, 15, 16, 17, 1000}) {
        CAPTURE(count);
        mine.first(count, got.data());
        for (std::size_t i = 0; i < lanes; ++i) {
            CHECK(got[i] == (static_cast<std::int64_t>(i) < count ? 1 : 0));
        }
    }
}

TEST_CASE("random draws are the scalar ones, bit for bit", "[lanes][rng]") {
    Trials trials("draws");
    check_draws(probe().f32, scalar_probe().f32, trials);
    check_draws(probe().f64, scalar_probe().f64, trials);
}

// Sums that are exact in any order would not distinguish one order from another.
TEST_CASE("rows are turned, and added in the order of halves", "[lane]") {
    const auto check = [](const auto& functions, auto zero) {
        using T = decltype(zero);
        std::mt19937 random(5);
        T from[lanes][lanes], turned[lanes][lanes], sums[lanes];
        for (auto& row : from) {
            for (T& x : row) x = static_cast<T>(random()) / T(3);
        }
        functions.with_rows(from, turned, sums);
        for (std::size_t i = 0; i < lanes; ++i) {
            for (std::size_t j = 0; j < lanes; ++j) CHECK(turned[i][j] == from[j][i]);
            std::vector<T> row(from[i], from[i] + lanes);
            for (std::size_t half = lanes / 2; half > 0; half /= 2) {
                for (std::size_t k = 0; k < half; ++k) row[k] += row[k + half];
            }
            CHECK(sums[i] == row[0]);
        }
    };
    check(probe().f32, 0.0F);
    check(probe().f64, 0.0);
}

}  // namespace lockstep::test

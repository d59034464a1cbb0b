// Threefry's known answers, and the distributions made from its words. Statistical tests have fixed
// keys, so they always pass or always fail. Their tolerance is five standard deviations of the
// statistic, which a correct generator would exceed for one key in two million.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "engine/random/seeding.hpp"
#include "tests/kernels/probes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random.hpp"

namespace lockstep::test {
namespace {

constexpr double deviations = 5;
constexpr Key fixed_key{{0x12345678U, 0x9ABCDEF0U}};

// `vectors` times `draws` vectors of one function, one after another.
template <class T>
std::vector<T> sample(void (*draw)(Key, const std::uint32_t*, const std::uint32_t*, int, T*),
                      int vectors, int draws, Key key = fixed_key) {
    const auto size = static_cast<std::size_t>(draws) * lanes;
    std::vector<T> all(static_cast<std::size_t>(vectors) * size);
    for (int v = 0; v < vectors; ++v) {
        Vector<std::uint32_t> counter0{}, counter1{};
        for (std::size_t i = 0; i < lanes; ++i) {
            counter0[i] = static_cast<std::uint32_t>(i);
            counter1[i] = static_cast<std::uint32_t>(v);
        }
        draw(key, counter0.data(), counter1.data(), draws,
             all.data() + static_cast<std::size_t>(v) * size);
    }
    return all;
}

template <class T>
double average(const std::vector<T>& values, auto&& of) {
    double sum = 0;
    for (const T value : values) sum += of(static_cast<double>(value));
    return sum / static_cast<double>(values.size());
}

double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

// The Kolmogorov-Smirnov distance to the standard normal distribution.
template <class T>
double distance_to_normal(std::vector<T> values) {
    std::sort(values.begin(), values.end());
    const double n = static_cast<double>(values.size());
    double largest = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double below = normal_below(static_cast<double>(values[i]));
        largest = std::max({largest, std::abs(below - static_cast<double>(i) / n),
                            std::abs(below - static_cast<double>(i + 1) / n)});
    }
    return largest;
}

template <class T>
void check_tail(const std::vector<T>& values, double beyond) {
    CAPTURE(beyond);
    const double share = 2 * normal_below(-beyond);
    const double seen = average(values, [&](double z) { return std::abs(z) > beyond ? 1.0 : 0.0; });
    const double n = static_cast<double>(values.size());
    CHECK(std::abs(seen - share) <= deviations * std::sqrt(share / n));
}

template <class T>
void check_normals(const RealFunctions<T>& functions, double largest_radius) {
    const std::vector<T> z = sample(functions.normals, 10000, 12);
    const double n = static_cast<double>(z.size());
    const auto moment = [&](int k) { return average(z, [k](double x) { return std::pow(x, k); }); };
    CHECK(std::abs(moment(1)) <= deviations * std::sqrt(1 / n));
    CHECK(std::abs(moment(2) - 1) <= deviations * std::sqrt(2 / n));
    CHECK(std::abs(moment(3)) <= deviations * std::sqrt(15 / n));
    CHECK(std::abs(moment(4) - 3) <= deviations * std::sqrt(96 / n));
    for (const double beyond : {1.0, 2.0, 3.0, 4.0}) check_tail(z, beyond);
    // Exceeded with probability 2 exp(-2 * 2.7^2), one in a million.
    CHECK(distance_to_normal(z) <= 2.7 / std::sqrt(n));
    for (const T value : z) REQUIRE(std::abs(static_cast<double>(value)) < largest_radius);
}

// Correlations of the two normals of a pair, and of one lane with its neighbor.
template <class T>
void check_independence(const RealFunctions<T>& functions) {
    const std::vector<T> z = sample(functions.normals, 10000, 12);
    for (const std::size_t apart : {std::size_t{1}, lanes, 2 * lanes}) {
        CAPTURE(apart);
        double products = 0, squares = 0;
        const std::size_t n = z.size() - apart;
        for (std::size_t i = 0; i < n; ++i) {
            const double a = static_cast<double>(z[i]), b = static_cast<double>(z[i + apart]);
            products += a * b;
            squares += (a * a - 1) * (b * b - 1);
        }
        const double size = static_cast<double>(n);
        CHECK(std::abs(products / size) <= deviations / std::sqrt(size));
        CHECK(std::abs(squares / size) <= deviations * 2 / std::sqrt(size));
    }
}

template <class T>
void check_uniforms(const RealFunctions<T>& functions, double step) {
    const std::vector<T> u = sample(functions.uniforms, 10000, 10);
    const double n = static_cast<double>(u.size());
    std::array<double, 64> bins{};
    for (const T value : u) {
        REQUIRE(value >= 0);
        REQUIRE(value < 1);
        const double steps = static_cast<double>(value) / step;
        REQUIRE(steps == std::floor(steps));
        bins[static_cast<std::size_t>(value * 64)] += 1;
    }
    const auto identity = [](double x) { return x; };
    CHECK(std::abs(average(u, identity) - 0.5) <= deviations * std::sqrt(1 / (12 * n)));
    double chi_square = 0;
    for (const double count : bins) chi_square += (count - n / 64) * (count - n / 64) / (n / 64);
    // Mean 63, deviation sqrt(2 * 63).
    CHECK(std::abs(chi_square - 63) <= deviations * std::sqrt(126));
}

}  // namespace

TEST_CASE("Threefry2x32-20 gives Random123's known answers", "[rng]") {
    struct Answer {
        std::uint32_t counter[2], key[2], result[2];
    };
    // Random123 1.14, tests/kat_vectors.
    const Answer answers[] = {
        {{0, 0}, {0, 0}, {0x6b200159, 0x99ba4efe}},
        {{0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}, {0x1cb996fc, 0xbb002be7}},
        {{0x243f6a88, 0x85a308d3}, {0x13198a2e, 0x03707344}, {0xc4923a9c, 0x483df7a0}},
    };
    for (const Answer& answer : answers) {
        Vector<std::uint32_t> counter0{}, counter1{}, first{}, second{};
        counter0.fill(answer.counter[0]), counter1.fill(answer.counter[1]);
        probe().threefry({{answer.key[0], answer.key[1]}}, counter0.data(), counter1.data(),
                         first.data(), second.data());
        for (std::size_t i = 0; i < lanes; ++i) {
            CHECK(first[i] == answer.result[0]);
            CHECK(second[i] == answer.result[1]);
        }
    }
}

TEST_CASE("Threefry's lanes are the scalar ones, each of its own counter", "[rng]") {
    auto random = random_numbers("threefry");
    for (int round = 0; round < 2000; ++round) {
        const auto counter0 = random_vector<std::uint32_t>(random);
        const auto counter1 = random_vector<std::uint32_t>(random);
        const Key key{{static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random())}};
        Vector<std::uint32_t> got[2], expected[2];
        probe().threefry(key, counter0.data(), counter1.data(), got[0].data(), got[1].data());
        scalar_probe().threefry(key, counter0.data(), counter1.data(), expected[0].data(),
                                expected[1].data());
        REQUIRE(got[0] == expected[0]);
        REQUIRE(got[1] == expected[1]);
    }
}

TEST_CASE("blocks that are drawn together are those of each lane's key", "[rng]") {
    auto random = random_numbers("keys of lanes");
    for (int round = 0; round < 200; ++round) {
        const auto key0 = random_vector<std::uint32_t>(random);
        const auto key1 = random_vector<std::uint32_t>(random);
        const auto counter0 = random_vector<std::uint32_t>(random);
        const auto counter1 = random_vector<std::uint32_t>(random);
        std::array<std::array<std::uint32_t, lanes>, 6> drawn{};
        probe().bits_of_keys(key0.data(), key1.data(), counter0.data(), counter1.data(), 6,
                             drawn[0].data());
        for (std::size_t i = 0; i < lanes; ++i) {
            for (std::size_t block = 0; block < 3; ++block) {
                const Key key{{key0[i], key1[i] + static_cast<std::uint32_t>(block)}};
                Vector<std::uint32_t> first{}, second{};
                probe().threefry(key, counter0.data(), counter1.data(), first.data(),
                                 second.data());
                REQUIRE(drawn[2 * block][i] == first[i]);
                REQUIRE(drawn[2 * block + 1][i] == second[i]);
            }
        }
    }
}

TEST_CASE("the keys of a seed's streams differ, and those of neighboring seeds", "[rng]") {
    std::set<std::pair<std::uint32_t, std::uint32_t>> keys;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        for (const std::uint64_t high : {std::uint64_t{0}, std::uint64_t{1} << 32U}) {
            for (const Stream stream : {Stream::resets, Stream::dynamics, Stream::actions,
                                        Stream::search, Stream::validation, Stream::test}) {
                const Key key = stream_key(seed | high, stream);
                keys.insert({key.words[0], key.words[1]});
            }
        }
    }
    CHECK(keys.size() == 500 * 2 * 6);
}

TEST_CASE("uniform draws are uniform multiples of the last place", "[rng]") {
    check_uniforms(probe().f32, 0x1p-24);
    check_uniforms(probe().f64, 0x1p-53);
}

TEST_CASE("uniforms of floats are the leading bits of those of doubles", "[rng]") {
    const auto single = sample(probe().f32.uniforms, 2000, 10);
    const auto wide = sample(probe().f64.uniforms, 2000, 10);
    std::size_t refined = 0;
    for (std::size_t i = 0; i < single.size(); ++i) {
        REQUIRE(std::floor(wide[i] * 0x1p24) * 0x1p-24 == static_cast<double>(single[i]));
        refined += wide[i] != static_cast<double>(single[i]);
    }
    CHECK(refined > single.size() * 99 / 100);
}

TEST_CASE("normals of floats are those of doubles up to rounding", "[rng]") {
    const auto single = sample(probe().f32.normals, 2000, 10);
    const auto wide = sample(probe().f64.normals, 2000, 10);
    for (std::size_t i = 0; i < single.size(); ++i) {
        // The radius sqrt(-2 log u) for a u that is off by 2^-24: worst near u = 1, sqrt(2^-23);
        // and in the tail, where u itself is small, with |z| > 4.
        if (std::abs(wide[i]) > 4) continue;
        REQUIRE(std::abs(static_cast<double>(single[i]) - wide[i]) < 5e-4);
    }
}

TEST_CASE("normals have the moments and tails of the normal distribution", "[rng]") {
    check_normals(probe().f32, 5.78);
    check_normals(probe().f64, 8.58);
}

TEST_CASE("normals of a pair and of neighbors are independent", "[rng]") {
    check_independence(probe().f32);
    check_independence(probe().f64);
}

TEST_CASE("scaling a word to a count is exact", "[rng]") {
    auto random = random_numbers("scaled");
    for (int round = 0; round < 2000; ++round) {
        const auto words = random_vector<std::uint32_t>(random);
        for (const std::uint32_t count : {1U, 2U, 3U, 5U, 1000U, 65535U, 65536U}) {
            Vector<std::uint32_t> got{};
            probe().scaled(words.data(), count, got.data());
            for (std::size_t i = 0; i < lanes; ++i) {
                REQUIRE(got[i] == (std::uint64_t{words[i]} * count) >> 32U);
            }
        }
    }
}

}  // namespace lockstep::test

// Elementary functions against the C library's in long double, within the bounds that math.hpp
// documents, which are a few percent above what 320,000 arguments showed. The arguments are the
// same at every run: these tests are gates, not searches for the worst case.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "tests/kernels/probes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random.hpp"

namespace lockstep::test {
namespace {

constexpr int argument_rounds = 20000;  // of sixteen each

// The error of the long double itself: half of 2^-11 of a double's ulp from rounding, and as much
// again from its function.
constexpr long double reference_error = 0x1p-11L;

using Real = long double (*)(long double);

template <class T>
const Unary<T>& function(const RealFunctions<T>& functions, const std::string& name) {
    for (const Unary<T>& unary : functions.unary) {
        if (unary.name != nullptr && name == unary.name) return unary;
    }
    throw std::runtime_error("no function " + name);
}

long double ulp(double value) {
    const double size = std::max(std::abs(value), std::numeric_limits<double>::min());
    return std::nextafter(size, std::numeric_limits<double>::infinity()) - size;
}

// Calls judge(x, got, exact) for random x in [low, high].
template <class T>
void sweep(const Unary<T>& unary, Real exact, double low, double high, auto&& judge) {
    std::mt19937_64 random(20240607);
    for (int round = 0; round < argument_rounds; ++round) {
        Vector<T> x{}, got{};
        for (T& value : x) {
            const double unit = static_cast<double>(random() >> 11U) * 0x1p-53;
            value = static_cast<T>(low + (high - low) * unit);
        }
        unary.call(x.data(), got.data());
        for (std::size_t i = 0; i < lanes; ++i) judge(x[i], got[i], exact(x[i]));
    }
}

// The largest error in units of the last place of the exact value.
long double largest_ulps(const std::string& name, Real exact, double low, double high) {
    long double largest = 0;
    sweep(function(probe().f64, name), exact, low, high,
          [&](double, double got, long double value) {
              largest = std::max(largest, std::abs(got - value) / ulp(static_cast<double>(value)));
          });
    return largest;
}

template <class T>
long double largest_error(const RealFunctions<T>& functions, const std::string& name, Real exact,
                          double low, double high, bool relative) {
    long double largest = 0;
    sweep(function(functions, name), exact, low, high, [&](T, T got, long double value) {
        const long double error = std::abs(got - value);
        largest = std::max(largest, relative && error > 0 ? error / std::abs(value) : error);
    });
    return largest;
}

long double sine(long double x) { return std::sin(x); }
long double cosine(long double x) { return std::cos(x); }
long double logarithm(long double x) { return std::log(x); }
long double exponential(long double x) { return std::exp(x); }
long double exponential_less_one(long double x) { return std::expm1(x); }
long double hyperbolic_tangent(long double x) { return std::tanh(x); }

constexpr double quarter_turn = 0.78539816339744828;  // just below pi/4

}  // namespace

TEST_CASE("f64 sine within 0.501 ulp where CartPole works, and nearly so up to pi/4", "[math]") {
    CHECK(largest_ulps("sin", sine, -0.42, 0.42) <= 0.501L + reference_error);
    CHECK(largest_ulps("sin", sine, -1e-3, 1e-3) <= 0.501L + reference_error);
    CHECK(largest_ulps("sin", sine, -quarter_turn, quarter_turn) <= 0.504L + reference_error);
    CHECK(largest_ulps("cos", cosine, -quarter_turn, quarter_turn) <= 0.55L + reference_error);
}

TEST_CASE("f64 sine and cosine within 1 ulp up to 2^20", "[math]") {
    for (const double range : {3.2, 100.0, 1048576.0}) {
        CAPTURE(range);
        CHECK(largest_ulps("sin", sine, -range, range) <= 1 + reference_error);
        CHECK(largest_ulps("cos", cosine, -range, range) <= 1 + reference_error);
    }
}

TEST_CASE("f32 sine and cosine within their bounds", "[math]") {
    const auto& f32 = probe().f32;
    CHECK(largest_error(f32, "short sin", sine, -0.25, 0.25, false) < 3e-8L);
    CHECK(largest_error(f32, "short sin", sine, -0.25, 0.25, true) < 6.2e-8L);
    CHECK(largest_error(f32, "short cos", cosine, -0.25, 0.25, false) < 4.6e-8L);
    CHECK(largest_error(f32, "quarter sin", sine, -quarter_turn, quarter_turn, false) < 6e-8L);
    CHECK(largest_error(f32, "quarter cos", cosine, -quarter_turn, quarter_turn, false) < 8e-8L);
    for (const double range : {1.0, 10.0, 9999.0}) {
        CAPTURE(range);
        CHECK(largest_error(f32, "sin", sine, -range, range, false) < 1e-7L);
        CHECK(largest_error(f32, "cos", cosine, -range, range, false) < 1e-7L);
    }
}

TEST_CASE("logarithms within their bounds", "[math]") {
    for (const double high : {1.0, 1.001, 2.0, 1e30}) {
        CAPTURE(high);
        const double low = high == 1.001 ? 0.999 : 1e-30;
        CHECK(largest_error(probe().f32, "log", logarithm, low, high, true) < 2e-7L);
        CHECK(largest_error(probe().f64, "log", logarithm, low, high, true) < 4e-16L);
    }
    CHECK(largest_error(probe().f32, "log", logarithm, 1.2e-38, 1.2e-36, true) < 2e-7L);
    CHECK(largest_error(probe().f64, "log", logarithm, 2.3e-308, 1e-306, true) < 4e-16L);
}

TEST_CASE("exponentials within their bounds", "[math]") {
    const auto check = [](const auto& functions, auto zero, double border, long double bound) {
        using T = decltype(zero);
        for (const double range : {1e-6, 1.0, border}) {
            CAPTURE(range);
            CHECK(largest_error(functions, "exp", exponential, -range, range, true) < bound);
        }
        Vector<T> x{}, got{};
        x[0] = zero, x[1] = -std::numeric_limits<T>::infinity();
        x[2] = std::numeric_limits<T>::infinity(), x[3] = std::numeric_limits<T>::quiet_NaN();
        function(functions, "exp").call(x.data(), got.data());
        CHECK(got[0] == T(1));
        CHECK((got[1] > 0 && got[1] < T(1e-37)));
        CHECK((std::isfinite(got[2]) && got[2] > T(1e37)));
        CHECK(std::isnan(got[3]));
    };
    check(probe().f32, 0.0F, 87, 2e-7L);
    check(probe().f64, 0.0, 708, 4e-16L);
}

TEST_CASE("sine and cosine of what has none are NaN, and of zero exact", "[math]") {
    const auto check = [](const auto& functions, auto zero) {
        using T = decltype(zero);
        for (const char* name : {"sin", "cos"}) {
            CAPTURE(name);
            Vector<T> x{}, got{};
            x.fill(std::numeric_limits<T>::infinity());
            x[1] = -x[0], x[2] = std::numeric_limits<T>::quiet_NaN(), x[3] = zero, x[4] = -zero;
            function(functions, name).call(x.data(), got.data());
            for (int i = 0; i < 3; ++i) CHECK(std::isnan(got[static_cast<std::size_t>(i)]));
            CHECK(got[3] == (name == std::string("sin") ? T(0) : T(1)));
            CHECK(got[4] == got[3]);
        }
    };
    check(probe().f32, 0.0F);
    check(probe().f64, 0.0);
}

TEST_CASE("sine is odd and cosine is even, bit for bit", "[math]") {
    auto random = random_numbers("odd and even");
    for (int round = 0; round < 2000; ++round) {
        Vector<double> x{}, mirrored{}, got{}, turned{};
        for (std::size_t i = 0; i < lanes; ++i) {
            x[i] = static_cast<double>(random() >> 11U) * 0x1p-53 * 0.7;
            mirrored[i] = -x[i];
        }
        function(probe().f64, "sin").call(x.data(), got.data());
        function(probe().f64, "sin").call(mirrored.data(), turned.data());
        for (std::size_t i = 0; i < lanes; ++i) REQUIRE(canonical(-got[i]) == canonical(turned[i]));
        function(probe().f64, "cos").call(x.data(), got.data());
        function(probe().f64, "cos").call(mirrored.data(), turned.data());
        for (std::size_t i = 0; i < lanes; ++i) REQUIRE(canonical(got[i]) == canonical(turned[i]));
    }
}

TEST_CASE("angles of points within their bounds, in every direction", "[math]") {
    auto random = random_numbers("points");
    const auto check = [&](const auto& functions, auto zero, long double bound) {
        using T = decltype(zero);
        const auto& atan2 = functions.binary[4];
        REQUIRE(atan2.name == std::string("atan2"));
        for (int round = 0; round < 5000; ++round) {
            Vector<T> y{}, x{}, got{};
            for (std::size_t i = 0; i < lanes; ++i) {
                const auto any = [&] {
                    if (random() % 8 == 0) return random() % 2 == 0 ? T(0) : -T(0);
                    const double power = static_cast<double>(random() % 40) - 20;
                    return static_cast<T>(std::normal_distribution<double>()(random) *
                                          (random() % 2 == 0 ? std::exp2(power) : 1));
                };
                y[i] = any(), x[i] = random() % 8 == 0 ? y[i] : any();
            }
            atan2.call(y.data(), x.data(), got.data());
            for (std::size_t i = 0; i < lanes; ++i) {
                const long double exact =
                    std::atan2(static_cast<long double>(y[i]), static_cast<long double>(x[i]));
                CAPTURE(y[i], x[i], got[i]);
                REQUIRE(std::abs(got[i] - exact) <= bound * std::abs(exact));
                REQUIRE(std::signbit(got[i]) == std::signbit(exact));
            }
        }
    };
    check(probe().f32, 0.0F, 3e-7L);
    check(probe().f64, 0.0, 4e-16L);
}

TEST_CASE("whole numbers, floats and remainders are those of the library", "[math]") {
    auto random = random_numbers("rounding");
    const auto check = [&](const auto& functions, auto zero) {
        using T = decltype(zero);
        const auto& modulo = functions.binary[5];
        REQUIRE(modulo.name == std::string("modulo"));
        for (int round = 0; round < 2000; ++round) {
            Vector<T> x{}, m{}, got{};
            for (std::size_t i = 0; i < lanes; ++i) {
                x[i] = static_cast<T>(std::normal_distribution<double>(0, 100)(random));
                if (random() % 4 == 0) x[i] = std::round(x[i]) / 2;  // including ties
                m[i] = static_cast<T>(1 + static_cast<double>(random() % 1000) / 77);
                if (random() % 4 == 0) x[i] = m[i] * std::round(x[i]);
            }
            const auto compare = [&](const char* name, auto&& wanted) {
                function(functions, name).call(x.data(), got.data());
                for (std::size_t i = 0; i < lanes; ++i) REQUIRE(got[i] == wanted(x[i]));
            };
            compare("floor", [](T v) { return std::floor(v); });
            compare("round", [](T v) { return std::nearbyint(v); });
            compare("nearest float", [](T v) { return static_cast<T>(static_cast<float>(v)); });
            // As NumPy: the remainder of fmod, plus the divisor if it is negative.
            modulo.call(x.data(), m.data(), got.data());
            for (std::size_t i = 0; i < lanes; ++i) {
                const T rest = std::fmod(x[i], m[i]);
                REQUIRE(got[i] == (rest < 0 ? rest + m[i] : rest));
            }
        }
    };
    check(probe().f32, 0.0F);
    check(probe().f64, 0.0);
}

TEST_CASE("expm1 and tanh within their bounds, near zero too", "[math]") {
    const auto check = [](const auto& functions, auto zero, double border, long double of_expm1,
                          long double of_tanh) {
        using T = decltype(zero);
        for (const double range : {1e-6, 0.4, 1.0, 20.0, border}) {
            CAPTURE(range);
            CHECK(largest_error(functions, "expm1", exponential_less_one, -range, range, true) <
                  of_expm1);
            CHECK(largest_error(functions, "tanh", hyperbolic_tangent, -range, range, true) <
                  of_tanh);
        }
        Vector<T> x{}, got{};
        x[0] = zero, x[1] = -std::numeric_limits<T>::infinity();
        x[2] = std::numeric_limits<T>::infinity(), x[3] = std::numeric_limits<T>::quiet_NaN();
        function(functions, "tanh").call(x.data(), got.data());
        CHECK((got[0] == T(0) && got[1] == T(-1) && got[2] == T(1)));
        CHECK(std::isnan(got[3]));
        function(functions, "expm1").call(x.data(), got.data());
        CHECK((got[0] == T(0) && got[1] == T(-1) && std::isfinite(got[2])));
        CHECK(std::isnan(got[3]));
    };
    check(probe().f32, 0.0F, 87, 3e-7L, 5e-7L);
    check(probe().f64, 0.0, 708, 6e-16L, 1e-15L);
}

}  // namespace lockstep::test

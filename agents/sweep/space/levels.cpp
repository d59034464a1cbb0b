
#include "agents/sweep/space/levels.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "agents/statistics/scalar_math.hpp"

namespace lockstep::sweep {
namespace {

__extension__ typedef __int128 i128;

// digits * 10^exponent.
struct Decimal {
    std::int64_t digits = 0;
    int exponent = 0;
};

// The shortest decimal that reads back as this number.
Decimal shortest_decimal(double value) {
    char text[32];
    const char* const end =
        std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
    Decimal decimal;
    int places = 0;
    bool fraction = false;
    const char* at = text;
    for (; at != end && *at != 'e'; ++at) {
        if (*at == '.') fraction = true;
        if (*at < '0' || *at > '9') continue;
        decimal.digits = 10 * decimal.digits + (*at - '0');
        places += fraction;
    }
    if (value < 0) decimal.digits = -decimal.digits;
    std::from_chars(at + (at[1] == '+' ? 2 : 1), end, decimal.exponent);
    decimal.exponent -= places;
    return decimal;
}

// Numbers as whole multiples of one power of ten.
template <std::size_t n>
struct Aligned {
    std::array<i128, n> whole{};
    int exponent = 0;
};

// Returns nothing if they lie so far apart that products with counts up to 2^53 would not fit.
template <std::size_t n>
std::optional<Aligned<n>> aligned(const std::array<double, n>& values) {
    constexpr i128 most = i128{1'000'000'000'000} * 1'000'000'000;
    std::array<Decimal, n> decimals;
    std::ranges::transform(values, decimals.begin(), shortest_decimal);
    Aligned<n> all;
    all.exponent = std::numeric_limits<int>::max();
    for (const Decimal& d : decimals)
        if (d.digits != 0) all.exponent = std::min(all.exponent, d.exponent);
    for (std::size_t i = 0; i < n; ++i) {
        all.whole[i] = decimals[i].digits;
        if (decimals[i].digits == 0) continue;
        for (int e = all.exponent; e < decimals[i].exponent; ++e) {
            all.whole[i] *= 10;
            if (all.whole[i] > most || all.whole[i] < -most) return std::nullopt;
        }
    }
    if (all.exponent == std::numeric_limits<int>::max()) all.exponent = 0;
    return all;
}

std::string digits_of(i128 whole) {
    std::string digits;
    do {
        digits += static_cast<char>('0' + static_cast<int>(whole % 10));
        whole /= 10;
    } while (whole != 0);
    return {digits.rbegin(), digits.rend()};
}

double read(std::string_view text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// numerator / denominator * 10^exponent, rounded once.
double nearest(i128 numerator, std::int64_t denominator, int exponent) {
    constexpr int enough = 40;  // digits: 17 identify a double, and few of these are leading zeros
    std::string text = numerator < 0 ? "-" : "";
    if (numerator < 0) numerator = -numerator;
    text += digits_of(numerator / denominator) + ".";
    i128 rest = numerator % denominator;
    for (int i = 0; i == 0 || (i < enough && rest != 0); ++i) {
        rest *= 10;
        text += digits_of(rest / denominator);
        rest %= denominator;
    }
    if (rest != 0) text += "1";  // the rest is neither zero nor a half
    return read(text + "e" + std::to_string(exponent));
}

// The sum of two doubles; the second is below the first's last place.
struct Twofold {
    double high = 0, low = 0;
};

Twofold sum(double a, double b) {
    const double s = a + b, part = s - a;
    return {s, (a - (s - part)) + (b - part)};
}
Twofold operator*(Twofold a, Twofold b) {
    const double p = a.high * b.high;
    return sum(p, std::fma(a.high, b.high, -p) + (a.high * b.low + a.low * b.high));
}
Twofold operator/(Twofold a, Twofold b) {
    const double q = a.high / b.high;
    const Twofold product = Twofold{q} * b;
    return sum(q, ((a.high - product.high) + (a.low - product.low)) / b.high);
}

// value * 2^exponent, so that nothing overflows.
struct Scaled {
    Twofold value{1, 0};
    std::int64_t exponent = 0;
};

Scaled operator*(const Scaled& a, const Scaled& b) {
    const Twofold product = a.value * b.value;
    int more = 0;
    std::frexp(product.high, &more);
    return {{std::ldexp(product.high, -more), std::ldexp(product.low, -more)},
            a.exponent + b.exponent + more};
}

// a / b, with separate exponents.
Scaled ratio(Twofold a, double b) {
    int above = 0, below = 0;
    std::frexp(a.high, &above);
    const double divisor = std::frexp(b, &below);
    const Twofold scaled{std::ldexp(a.high, -above), std::ldexp(a.low, -above)};
    return {scaled / Twofold{divisor}, above - below};
}

Scaled power(const Scaled& base, std::int64_t n) {
    Scaled result, square = base;
    for (; n > 0; n /= 2) {
        if (n % 2 == 1) result = result * square;
        square = square * square;
    }
    return result;
}

// The weighted geometric mean low^((parts - k) / parts) high^(k / parts): one step of Newton's
// method from `rough`, which has its first dozen digits.
Twofold geometric_mean(Twofold low, Twofold high, std::int64_t k, std::int64_t parts,
                       double rough) {
    const Scaled one = power(ratio(low, rough), parts - k) * power(ratio(high, rough), k);
    const auto exponent = static_cast<int>(one.exponent);
    const double excess =
        (std::ldexp(one.value.high, exponent) - 1) + std::ldexp(one.value.low, exponent);
    return sum(rough, rough * (excess / static_cast<double>(parts)));
}

double rough_mean(double low, double high, std::int64_t k, std::int64_t parts) {
    const double from = scalar_log(low), to = scalar_log(high);
    return scalar_exp(from + (to - from) * (static_cast<double>(k) / static_cast<double>(parts)));
}

double as_written(double value) {
    constexpr int places = 11;  // after the first digit
    char text[32];
    const char* const end =
        std::to_chars(text, text + sizeof text, value, std::chars_format::scientific, places).ptr;
    const double shorter = read({text, static_cast<std::size_t>(end - text)});
    const double ulp = std::nextafter(value, std::numeric_limits<double>::infinity()) - value;
    return std::abs(shorter - value) <= 2 * ulp ? shorter : value;
}

// 1 - value, of the decimal as it is written.
double complement(double value) {
    const auto all = aligned(std::array{1.0, value});
    return all ? nearest(all->whole[0] - all->whole[1], 1, all->exponent) : 1 - value;
}

}  // namespace

double uniform_level(double low, double high, std::int64_t k, std::int64_t parts) {
    const auto ends = aligned(std::array{low, high});
    if (ends)
        return nearest(ends->whole[0] * (parts - k) + ends->whole[1] * k, parts, ends->exponent);
    return low + (high - low) * (static_cast<double>(k) / static_cast<double>(parts));
}

double log_level(double low, double high, std::int64_t k, std::int64_t parts) {
    const double rough = rough_mean(low, high, k, parts);
    return as_written(geometric_mean({low}, {high}, k, parts, rough).high);
}

double logit_level(double low, double high, std::int64_t k, std::int64_t parts) {
    const Twofold from = Twofold{low} / Twofold{complement(low)};
    const Twofold to = Twofold{high} / Twofold{complement(high)};
    const double rough = rough_mean(from.high, to.high, k, parts);
    const Twofold odds = geometric_mean(from, to, k, parts, rough);
    Twofold all = sum(1, odds.high);
    all.low += odds.low;
    return as_written((odds / all).high);
}

double step_level(double low, double step, std::int64_t k) {
    const auto all = aligned(std::array{low, step});
    if (all) return nearest(all->whole[0] + all->whole[1] * k, 1, all->exponent);
    return low + static_cast<double>(k) * step;
}

double steps_between(double low, double high, double step) {
    const auto all = aligned(std::array{low, high, step});
    if (all) return static_cast<double>((all->whole[1] - all->whole[0]) / all->whole[2]);
    return std::floor((high - low) / step * (1 + 1e-12));
}

int exponent_of(double power) {
    int exponent = 0;
    std::frexp(power, &exponent);
    return exponent - 1;
}

}  // namespace lockstep::sweep


#include <lockstep/error.hpp>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace lockstep {
namespace {

// Levenshtein distance, ignoring case.
std::size_t distance(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substituted = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string unknown_name(std::string_view what, std::string_view name,
                         std::span<const std::string_view> known) {
    std::string message = "unknown " + std::string(what) + " '" + std::string(name) + "'";
    const auto nearest = std::min_element(known.begin(), known.end(), [&](auto a, auto b) {
        return distance(a, name) < distance(b, name);
    });
    if (nearest != known.end() &&
        distance(*nearest, name) <= std::max<std::size_t>(2, name.size() / 3)) {
        message += ": did you mean '" + std::string(*nearest) + "'?";
    }
    message += known.empty() ? "; there are none" : message.back() == '?' ? " Known:" : "; known:";
    for (std::size_t i = 0; i < known.size(); ++i) {
        message += (i == 0 ? " " : ", ") + std::string(known[i]);
    }
    return message;
}

}  // namespace lockstep

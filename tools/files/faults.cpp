
#include "tools/files/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace lockstep {

void Faults::add(std::string_view fault) {
    if (!faults_.empty()) faults_ += '\n';
    faults_ += fault;
}

std::uint64_t Faults::whole(std::string_view option, std::string_view text, std::uint64_t least,
                            std::uint64_t most) {
    std::uint64_t value = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (error == std::errc() && end == last && value >= least && value <= most) return value;
    add(fmt::format("{} = '{}': allowed whole numbers from {} to {}", option, text, least, most));
    return least;
}

std::chrono::seconds Faults::duration(std::string_view option, std::string_view text) {
    constexpr std::int64_t max_seconds = 1'000'000'000;
    constexpr std::pair<char, std::int64_t> units[] = {{'s', 1}, {'m', 60}, {'h', 3600}};
    std::int64_t count = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, count);
    for (const auto& [unit, seconds] : units) {
        const bool unit_fits = error == std::errc() && last - end == 1 && *end == unit;
        if (unit_fits && count >= 1 && count <= max_seconds / seconds)
            return std::chrono::seconds(count * seconds);
    }
    add(
        fmt::format("{} = '{}': allowed whole numbers of seconds, minutes or hours, as 90s, 10m "
                    "or 2h",
                    option, text));
    return std::chrono::seconds(1);
}

std::size_t Faults::choice(std::string_view option, std::string_view text,
                           std::span<const std::string_view> allowed) {
    const auto found = std::ranges::find(allowed, text);
    if (found != allowed.end()) return static_cast<std::size_t>(found - allowed.begin());
    add(unknown_name(fmt::format("value of {}", option), text, allowed));
    return 0;
}

void Faults::raise() const {
    if (!faults_.empty()) throw ConfigError(faults_);
}

}  // namespace lockstep


#include "tools/text/actions_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <ranges>
#include <string_view>

#include "engine/text/text_file.hpp"

namespace lockstep {
namespace {

// A file that does not contain actions could have thousands of faults.
constexpr int max_faults = 10;

// Removes the number at the beginning of `text` and returns it; nothing if it is not legal.
std::optional<double> take_number(std::string_view& text, int options) {
    const char* const last = text.data() + text.size();
    double number = 0;
    int whole = 0;
    const auto [end, error] = options > 0 ? std::from_chars(text.data(), last, whole)
                                          : std::from_chars(text.data(), last, number);
    if (options > 0) number = whole;
    const bool legal = options > 0 ? whole >= 0 && whole < options : std::isfinite(number);
    if (error != std::errc() || !legal) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

// Appends the numbers of one action, or zeros; returns whether the line was an action.
bool append_action(std::string_view line, std::span<const int> options,
                   std::vector<double>& numbers) {
    const std::size_t before = numbers.size();
    bool legal = true;
    for (const int o : options) {
        if (numbers.size() > before) {
            legal = legal && (line.starts_with(' ') || line.starts_with(','));
            if (legal) line.remove_prefix(1);
        }
        const auto number = legal ? take_number(line, o) : std::nullopt;
        legal = legal && number;
        numbers.push_back(number.value_or(0));
    }
    return legal && line.empty();
}

std::string allowed_actions(std::span<const int> options) {
    if (options.size() == 1 && options[0] > 0)
        return fmt::format("allowed 0 to {}", options[0] - 1);
    if (options.size() == 1) return "allowed finite numbers";
    return fmt::format("allowed {} numbers, with spaces between them", options.size());
}

// Why the line that begins at `at` is not an action; names the character if it would not be visible
// in the line.
std::string fault(const std::string& path, std::string_view text, std::size_t at,
                  std::string_view line, const std::string& allowed) {
    const auto visible = [](char c) { return c >= ' ' && c <= '~'; };
    const auto hidden = std::ranges::find_if_not(line, visible) - line.begin();
    if (hidden == std::ssize(line))
        return fmt::format("{}: action '{}': {}", text_place(path, text, at), line, allowed);
    at += static_cast<std::size_t>(hidden);
    return fmt::format("{}: {}: {}", text_place(path, text, at), character_name(text.substr(at)),
                       allowed);
}

}  // namespace

std::vector<double> read_actions(const std::string& path, std::span<const int> options,
                                 Faults& faults) {
    std::vector<double> read;
    const auto text = faults.attempt([&] { return without_trailing_blanks(read_text_file(path)); });
    if (!text) return read;
    int wrong = 0;
    for (std::size_t at = 0; at < text->size(); at = text->find('\n', at) + 1) {
        const std::string_view rest = std::string_view(*text).substr(at);
        std::string_view line = rest.substr(0, rest.find('\n'));
        const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
        line.remove_prefix(indent);
        if (append_action(line, options, read) || ++wrong > max_faults) continue;
        faults.add(fault(path, *text, at + indent, line, allowed_actions(options)));
    }
    if (wrong > max_faults) {
        faults.add(fmt::format("{}: {} more lines like these", path, wrong - max_faults));
    }
    if (read.empty()) faults.add(fmt::format("{}: is empty: expected one action a line", path));
    return read;
}

}  // namespace lockstep

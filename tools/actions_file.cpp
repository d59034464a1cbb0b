#include <lockstep/tools/actions_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ranges>
#include <string_view>

#include <lockstep/engine/text_file.hpp>

namespace lockstep {
namespace {

// A file of something else has thousands.
constexpr int most_faults = 10;

// The action, or -1.
std::int32_t parse_action(std::string_view text, int actions) {
    std::int32_t action = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, action);
    const bool legal = error == std::errc() && end == last && action >= 0 && action < actions;
    return legal ? action : -1;
}

// What keeps the line that begins at `at` from being an action: the character, where it could not
// be seen in the line.
std::string fault(const std::string& path, std::string_view text, std::size_t at,
                  std::string_view line, int actions) {
    const std::string allowed = fmt::format("allowed 0 to {}", actions - 1);
    const auto visible = [](char c) { return c >= ' ' && c <= '~'; };
    const auto hidden = std::ranges::find_if_not(line, visible) - line.begin();
    if (hidden == std::ssize(line))
        return fmt::format("{}: action '{}': {}", text_place(path, text, at), line, allowed);
    at += static_cast<std::size_t>(hidden);
    return fmt::format("{}: {}: {}", text_place(path, text, at), character_name(text.substr(at)),
                       allowed);
}

}  // namespace

std::vector<std::int32_t> read_actions(const std::string& path, int actions, Faults& faults) {
    std::vector<std::int32_t> read;
    const auto text = faults.attempt([&] { return without_trailing_blanks(read_text_file(path)); });
    if (!text) return read;
    int wrong = 0;
    for (std::size_t at = 0; at < text->size(); at = text->find('\n', at) + 1) {
        const std::string_view rest = std::string_view(*text).substr(at);
        std::string_view line = rest.substr(0, rest.find('\n'));
        const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
        line.remove_prefix(indent);
        read.push_back(parse_action(line, actions));
        if (read.back() >= 0 || ++wrong > most_faults) continue;
        faults.add(fault(path, *text, at + indent, line, actions));
    }
    if (wrong > most_faults) {
        faults.add(fmt::format("{}: {} more lines like these", path, wrong - most_faults));
    }
    if (read.empty()) faults.add(fmt::format("{}: is empty: expected one action a line", path));
    return read;
}

}  // namespace lockstep

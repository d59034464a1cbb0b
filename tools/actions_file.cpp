#include <lockstep/tools/actions_file.hpp>

#include <fmt/format.h>

#include <charconv>
#include <fstream>

namespace lockstep {
namespace {

// A file of something else has thousands.
constexpr int most_faults = 10;

std::string_view trimmed(std::string_view line) {
    constexpr std::string_view space = " \t\r";
    const std::size_t first = line.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(space) - first + 1);
}

// The action, or -1.
std::int32_t parse_action(std::string_view text, int actions) {
    std::int32_t action = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, action);
    const bool legal = error == std::errc() && end == last && action >= 0 && action < actions;
    return legal ? action : -1;
}

}  // namespace

std::vector<std::int32_t> read_actions(const std::string& path, int actions, Faults& faults) {
    std::vector<std::int32_t> read;
    std::ifstream file(path);
    int wrong = 0;
    for (std::string line; std::getline(file, line);) {
        const std::string_view text = trimmed(line);
        read.push_back(parse_action(text, actions));
        if (read.back() >= 0 || ++wrong > most_faults) continue;
        faults.add(fmt::format("{}:{}: action '{}': allowed 0 to {}", path, read.size(), text,
                               actions - 1));
    }
    if (wrong > most_faults) {
        faults.add(fmt::format("{}: {} more lines like these", path, wrong - most_faults));
    }
    if (file.bad() || !file.eof()) {
        faults.add(fmt::format("{}: cannot be read", path));
    } else if (read.empty()) {
        faults.add(fmt::format("{}: is empty: expected one action a line", path));
    }
    return read;
}

}  // namespace lockstep


#include "tools/store/config_difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/text/json.hpp"

namespace lockstep::sweep {
namespace {

using Settings = std::map<std::string, Json>;

void flatten(const std::string& name, const Json& value, Settings& to) {
    if (!value.is_object()) {
        to[name] = value;
        return;
    }
    const std::string within = name.empty() ? "" : name + ".";
    for (const auto& [key, inner] : value.items()) flatten(within + key, inner, to);
}

Settings settings(const std::string& text) {
    Settings found;
    flatten("", parse_json(text), found);
    return found;
}

constexpr std::string_view files = "files.";  // file contents: too long for a line

std::string file_words(const std::string& name, const Json* before, const Json* after) {
    if (before == nullptr) return fmt::format("{}: what it says is not in the store", name);
    if (after == nullptr) return fmt::format("{}: the store has it, the study does not", name);
    const auto& a = before->string();
    const auto& b = after->string();
    const auto same = std::ranges::mismatch(a, b).in1;
    return fmt::format("{}: says something else than what the store recorded, from line {} on",
                       name, 1 + std::count(a.begin(), same, '\n'));
}

std::string words(const Settings& in, const std::string& name) {
    const auto at = in.find(name);
    return at == in.end() ? "not" : at->second.dump();
}

}  // namespace

std::vector<std::string> differences(const std::string& stored, const std::string& now) {
    const Settings before = settings(stored), after = settings(now);
    Settings both = before;
    both.insert(after.begin(), after.end());
    std::vector<std::string> lines;
    for (const auto& [name, ignored] : both) {
        const auto a = before.find(name), b = after.find(name);
        if (a != before.end() && b != after.end() && a->second == b->second) continue;
        if (name.starts_with(files)) {
            lines.push_back(file_words(name.substr(files.size()),
                                       a == before.end() ? nullptr : &a->second,
                                       b == after.end() ? nullptr : &b->second));
            continue;
        }
        lines.push_back(fmt::format("{}: {} in the store, {} now", name, words(before, name),
                                    words(after, name)));
    }
    return lines;
}

}  // namespace lockstep::sweep

#include <lockstep/tools/store/config_difference.hpp>

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

namespace lockstep::sweep {
namespace {

using Settings = std::map<std::string, nlohmann::json>;

void flatten(const std::string& name, const nlohmann::json& value, Settings& to) {
    if (!value.is_object()) {
        to[name] = value;
        return;
    }
    for (const auto& [key, inner] : value.items())
        flatten(name.empty() ? key : name + "." + key, inner, to);
}

Settings settings(const std::string& text) {
    Settings found;
    flatten("", nlohmann::json::parse(text), found);
    return found;
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
        lines.push_back(fmt::format("{}: {} in the store, {} now", name, words(before, name),
                                    words(after, name)));
    }
    return lines;
}

}  // namespace lockstep::sweep


#include "agents/sweep/study/toml_values.hpp"

#include <algorithm>

#include <lockstep/error.hpp>

#include "engine/text/number_text.hpp"
#include "engine/text/text_file.hpp"

namespace lockstep::sweep {
namespace {

// Converts a place from characters to bytes.
std::size_t offset(std::string_view text, const toml::source_position& place) {
    std::size_t at = 0;
    for (auto line = place.line; line > 1 && at < text.size(); --line)
        at = std::min(text.find('\n', at), text.size() - 1) + 1;
    for (auto column = place.column; column > 1 && at < text.size(); --column) {
        do ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
    }
    return at;
}

// ":LINE:COLUMN: what", with the character if it is invisible or resembles another.
std::string fault(std::string_view text, const toml::parse_error& error) {
    const std::size_t at = offset(text, error.source().begin);
    const std::string character = character_name(text.substr(at));
    const bool visible = character.starts_with('\'');
    return text_place("", text, at) + ": " + std::string(error.description()) +
           (visible ? "" : " (" + character + ")");
}

}  // namespace

std::optional<std::string> setting_text(const toml::node& node) {
    if (const auto word = node.value_exact<std::string>()) return *word;
    if (const auto whole = node.value_exact<std::int64_t>()) return std::to_string(*whole);
    if (const auto number = node.value_exact<double>()) return shortest(*number);
    if (const auto truth = node.value_exact<bool>()) return *truth ? "true" : "false";
    return std::nullopt;
}

toml::table TomlValues::parse(std::string_view text) const {
    try {
        return toml::parse(text, path_);
    } catch (const toml::parse_error& error) {
        throw ConfigError(path_ + fault(text, error));
    }
}

std::string TomlValues::place(const toml::source_region& source) const {
    return path_ + ":" + std::to_string(source.begin.line);
}

void TomlValues::add(const std::string& fault) { faults_ += (faults_.empty() ? "" : "\n") + fault; }

void TomlValues::add(const toml::node& node, std::string_view key, const std::string& fault) {
    add(place(node.source()) + ": " + std::string(key) + (key.empty() ? "" : ": ") + fault);
}

void TomlValues::take(const toml::node& node, std::string_view key, std::int64_t& into) {
    if (const auto value = node.value_exact<std::int64_t>()) {
        into = *value;
    } else {
        add(node, key, "allowed whole numbers");
    }
}

void TomlValues::take(const toml::node& node, std::string_view key, std::uint64_t& into) {
    std::int64_t value = 0;
    take(node, key, value);
    if (value < 0) add(node, key, "allowed whole numbers from 0");
    into = static_cast<std::uint64_t>(value);
}

void TomlValues::take(const toml::node& node, std::string_view key, double& into) {
    if (const auto value = node.value<double>(); value && node.is_number()) {
        into = *value;
    } else {
        add(node, key, "allowed numbers");
    }
}

void TomlValues::take(const toml::node& node, std::string_view key, std::optional<double>& into) {
    take(node, key, into.emplace());
}

void TomlValues::take(const toml::node& node, std::string_view key, std::string& into) {
    if (const auto value = node.value_exact<std::string>()) {
        into = *value;
    } else {
        add(node, key, "allowed texts");
    }
}

void TomlValues::take(const toml::node& node, std::string_view key,
                      std::vector<std::string>& into) {
    const toml::array* array = node.as_array();
    if (array == nullptr) return add(node, key, "allowed lists of texts");
    for (const toml::node& element : *array) {
        if (const auto text = element.value_exact<std::string>()) {
            into.push_back(*text);
        } else {
            add(element, key, "allowed texts");
        }
    }
}

std::size_t TomlValues::choice(const toml::node& node, std::string_view key,
                               std::span<const std::string_view> allowed) {
    std::string word;
    take(node, key, word);
    const auto found = std::ranges::find(allowed, word);
    if (found != allowed.end()) return static_cast<std::size_t>(found - allowed.begin());
    if (node.is_string()) add(node, key, unknown_name("value", word, allowed));
    return 0;
}

}  // namespace lockstep::sweep

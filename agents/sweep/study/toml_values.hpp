// Values of a TOML document, and the faults in them, each with its place.
//
// Must not:  know what a study is.
// Invariant: a value that is not what was asked for is a fault, never a default.
#pragma once

#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0
#include <toml++/toml.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::sweep {

// A number, string or boolean as a setting takes it; nothing for any other node.
std::optional<std::string> setting_text(const toml::node& node);

class TomlValues {
public:
    // `path` is for messages.
    explicit TomlValues(std::string path) : path_(std::move(path)) {}

    // Throws ConfigError, with the line.
    toml::table parse(std::string_view text) const;
    // "FILE:LINE".
    std::string place(const toml::source_region& source) const;

    void add(const std::string& fault);
    void add(const toml::node& node, std::string_view key, const std::string& fault);
    const std::string& faults() const { return faults_; }  // one per line

    // Each puts the node's value into `into`, or adds a fault.
    void take(const toml::node& node, std::string_view key, std::int64_t& into);
    void take(const toml::node& node, std::string_view key, std::uint64_t& into);
    void take(const toml::node& node, std::string_view key, double& into);
    void take(const toml::node& node, std::string_view key, std::optional<double>& into);
    void take(const toml::node& node, std::string_view key, std::string& into);
    void take(const toml::node& node, std::string_view key, std::vector<std::string>& into);
    // The index of the word among those allowed.
    std::size_t choice(const toml::node& node, std::string_view key,
                       std::span<const std::string_view> allowed);

private:
    std::string path_, faults_;
};

}  // namespace lockstep::sweep

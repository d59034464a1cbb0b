// The options that several verbs share, as texts from the command line and as checked values.
//
// Owns:      their names, defaults and help.
// Must not:  throw on a bad value: Faults keeps it, so that all are told together.
// Invariant: an option means the same in every verb that has it.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <lockstep/agents/agent.hpp>
#include <lockstep/tools/faults.hpp>

namespace lockstep {

struct Common {
    bool json = false;
    std::optional<std::uint64_t> seed;
    int threads = 0;  // 0: one a core

    std::uint64_t seed_or_zero() const { return seed.value_or(0); }
};

struct CommonTexts {
    bool json = false;
    std::optional<std::string> seed;
    std::string threads = "0";

    void add_to(CLI::App& app);
    Common check(Faults& faults) const;
};

// Of verbs that make worlds.
struct EnvironmentTexts {
    std::string id;
    std::optional<std::string> precision;
    std::vector<std::string> settings;  // name=value

    void add_to(CLI::App& app, bool required = true);
    Precision check_precision(Faults& faults) const;
};

// Adds the faults that making worlds of these settings would meet; whether there are none.
bool check_settings(const std::string& env, const Settings& settings, Faults& faults);

}  // namespace lockstep

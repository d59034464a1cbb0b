// The options that several verbs share, as text from the command line and as checked values.
//
// Owns:      their names, defaults and help.
// Must not:  throw on a bad value: Faults keeps it, so that all are reported together.
// Invariant: an option means the same in every verb that has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "tools/command_line/common.hpp"
#include "tools/command_line/option.hpp"
#include "tools/files/faults.hpp"

namespace lockstep {

enum class Precision;
struct EnvSettings;

struct CommonTexts {
    bool json = false;
    std::optional<std::string> seed;
    std::string threads = "0";

    Options options();
    Common check(Faults& faults) const;
};

inline constexpr std::string_view precision_names[] = {"f32", "f64"};
// The precision that --precision names; f32 after a fault.
Precision check_precision(std::string_view text, Faults& faults);

// For verbs that make environments.
struct EnvironmentTexts {
    std::string id;
    std::optional<std::string> precision;
    std::vector<std::string> settings;  // name=value

    Options options(bool id_required = true);
    Precision check_precision(Faults& faults) const;
};

// Adds the faults that making worlds of these settings would meet; whether there are none.
bool check_settings(const std::string& env, const EnvSettings& settings, Faults& faults);

}  // namespace lockstep

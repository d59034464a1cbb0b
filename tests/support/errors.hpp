// The message of a refusal.
#pragma once

#include <initializer_list>
#include <string>

#include <lockstep/error.hpp>

#include "tests/support/catch.hpp"

namespace lockstep::test {

// The message of the ConfigError that `action` throws, or "none".
std::string fault_of(auto&& action) {
    try {
        action();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "none";
}

// The same, but the test fails if nothing is thrown.
std::string refusal(auto&& action) {
    const std::string fault = fault_of(action);
    CHECK(fault != "none");
    return fault;
}

void check_refused(auto&& action, std::initializer_list<std::string> words) {
    const std::string message = refusal(action);
    CAPTURE(message);
    for (const std::string& word : words) {
        CAPTURE(word);
        CHECK(message.find(word) != std::string::npos);
    }
}

}  // namespace lockstep::test

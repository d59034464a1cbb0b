// What a refusal says.
#pragma once

#include <initializer_list>
#include <string>

#include <lockstep/engine/error.hpp>
#include <lockstep/tests/support/catch.hpp>

namespace lockstep::test {

// The words of the ConfigError that `action` throws; a failure where it throws none.
std::string refusal(auto&& action) {
    try {
        action();
    } catch (const ConfigError& error) {
        return error.what();
    }
    FAIL_CHECK("no ConfigError");
    return "";
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

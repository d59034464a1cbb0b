// The user's mistakes, collected so that one run reports all of them.
//
// Owns:      the checks of option values.
// Must not:  print: main does.
// Invariant: a verb that gets past raise() has found no fault.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <lockstep/error.hpp>

namespace lockstep {

class Faults {
public:
    void add(std::string_view fault);

    // What make() returns, or nothing if it threw a ConfigError, which is kept as a fault.
    template <class Make>
    auto attempt(const Make& make) -> std::optional<std::invoke_result_t<Make>> {
        try {
            return make();
        } catch (const ConfigError& error) {
            add(error.what());
            return std::nullopt;
        }
    }
    template <class Check>
    void collect(const Check& check) {
        attempt([&] { return check(), true; });
    }

    // The number that `text` spells; outside least to most, adds a fault and returns `least`.
    std::uint64_t whole(std::string_view option, std::string_view text, std::uint64_t least,
                        std::uint64_t most);
    // The duration that `text` spells, like 90s, 10m or 2h; else adds a fault and returns 1 s.
    std::chrono::seconds duration(std::string_view option, std::string_view text);
    // The index of `text` in `allowed`; if it is not there, adds a fault and returns 0.
    std::size_t choice(std::string_view option, std::string_view text,
                       std::span<const std::string_view> allowed);

    // Throws ConfigError with a line for each fault, if there are any.
    void raise() const;

private:
    std::string faults_;
};

}  // namespace lockstep

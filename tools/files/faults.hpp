// The user's mistakes, gathered so that one run tells all of them.
//
// Owns:      the checks of option texts.
// Must not:  print: main does.
// Invariant: a verb that went past raise() has found no fault.
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

    // What make() returns, or nothing where it threw a ConfigError, which is kept.
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

    // The number that `text` spells; a fault and `least` where it is not one of least to most.
    std::uint64_t whole(std::string_view option, std::string_view text, std::uint64_t least,
                        std::uint64_t most);
    // The time that `text` spells, as 90s, 10m or 2h; a fault and a second where it spells none.
    std::chrono::seconds duration(std::string_view option, std::string_view text);
    // The index of `text` among `allowed`; a fault and 0 where it is not one of them.
    std::size_t choice(std::string_view option, std::string_view text,
                       std::span<const std::string_view> allowed);

    // Throws ConfigError, a line for each fault, if there is any.
    void raise() const;

private:
    std::string faults_;
};

}  // namespace lockstep

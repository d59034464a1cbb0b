// What somebody gives a setting, of an environment or of an agent.
//
// Must not:  know which settings there are.
// Invariant: a value is a number or a word; whoever has the setting checks it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace lockstep {

// What somebody gives a setting: a number or a word. A number may be spelled as a word.
class SettingValue {
public:
    SettingValue() : SettingValue(0) {}
    template <class N>
    requires std::is_arithmetic_v<N> SettingValue(N number) : value_(from(number)) {}
    SettingValue(std::string word) : value_(std::move(word)) {}
    SettingValue(std::string_view word) : value_(std::string(word)) {}
    SettingValue(const char* word) : value_(std::string(word)) {}

    bool is_number() const { return std::holds_alternative<double>(value_); }
    double number() const { return std::get<double>(value_); }
    std::string text() const;  // as a user would write it

    friend bool operator==(const SettingValue&, const SettingValue&) = default;

private:
    using Value = std::variant<double, std::string>;
    static Value from(bool flag) { return std::string(flag ? "true" : "false"); }
    template <class N>
    static Value from(N number) {
        return static_cast<double>(number);
    }
    Value value_;
};

using SettingValues = std::map<std::string, SettingValue, std::less<>>;

}  // namespace lockstep

// What can be set in an agent: declared once, beside the member that holds it.
//
// Owns:      the check of every given value, wherever it comes from.
// Must not:  know any agent.
// Invariant: a member holds its default, or a value that its declaration allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace lockstep {

// The value given for a setting: a number or a word. A number may be spelled as a word.
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

// A setting as it is shown, completed and searched.
struct Setting {
    enum class Type { number, integer, word, text };

    const char* name;
    const char* meaning;
    Type type;
    double min = 0, max = 0;                  // of numbers; both are allowed
    std::span<const char* const> words = {};  // all allowed words
    SettingValue value;                       // the default
    const char* old_name = nullptr;           // its name in an earlier version
    bool budget = false;       // only sets how long learning lasts: training may continue with more
    bool per_learner = false;  // learners of one population may differ in it
};

inline constexpr const char* false_true[] = {"false", "true"};

// Visits a settings struct, which declares its members to it:
//
//   struct Settings {
//       double gamma = 0.99;
//       void declare(SettingList& list) {
//           list.number("gamma", gamma, 0, 1, "discount of a step").per_learner();
//       }
//   };
//
// The members' initial values are the defaults. A struct whose defaults depend on the given values
// also has `void complete(const SettingList&)`, which is called after declare.
class SettingList {
public:
    // Lists what is declared.
    SettingList() : lists_(true) {}
    // Puts values into the members; `own` takes precedence over `shared`. Both must outlive this.
    SettingList(const SettingValues& shared, const SettingValues& own)
        : lists_(false), shared_(&shared), own_(&own) {}

    // Sets further properties of a setting.
    class Entry {
    public:
        explicit Entry(Setting* setting) : setting_(setting) {}
        Entry& budget();
        Entry& per_learner();
        Entry& old_name(const char* name);

    private:
        Setting* setting_;
    };

    // Throw ConfigError on a value that is not allowed; the message names the setting, the value
    // and the allowed range.
    Entry number(const char* name, double& member, double min, double max, const char* meaning);
    Entry integer(const char* name, std::int64_t& member, double min, double max,
                  const char* meaning);
    Entry flag(const char* name, bool& member, const char* meaning);
    // An enumeration, whose values are the indices of the words.
    template <class Enum>
    Entry word(const char* name, Enum& member, std::span<const char* const> words,
               const char* meaning) {
        auto index = static_cast<std::size_t>(member);
        const Entry entry = word_at(name, index, words, meaning);
        member = static_cast<Enum>(index);
        return entry;
    }
    // A member of any type that has a text; `read` throws ConfigError on a text that it cannot
    // read.
    template <class T>
    Entry text(const char* name, T& member, T (*read)(std::string_view),
               std::string (*write)(const T&), const char* meaning) {
        if (const SettingValue* given = find(name)) member = parsed(name, *given, read);
        return add({name, meaning, Setting::Type::text, 0, 0, {}, lists_ ? write(member) : ""});
    }

    // Whether the setting was given a value.
    bool given(std::string_view name) const { return find(name) != nullptr; }
    const std::vector<Setting>& settings() const { return settings_; }

private:
    const SettingValue* find(std::string_view name) const;
    Entry add(Setting setting);
    Entry word_at(const char* name, std::size_t& index, std::span<const char* const> words,
                  const char* meaning);
    template <class T>
    static T parsed(const char* name, const SettingValue& given, T (*read)(std::string_view)) {
        try {
            return read(given.text());
        } catch (const std::invalid_argument& error) {
            refuse(name, error.what());
        }
    }
    [[noreturn]] static void refuse(const char* name, const std::string& why);

    bool lists_;
    const SettingValues* shared_ = nullptr;
    const SettingValues* own_ = nullptr;
    std::vector<Setting> settings_;
};

// The setting whose name, or old name, is `name`; null if there is none.
const Setting* find_setting(std::span<const Setting> settings, std::string_view name);
// "'rate' is called learning_rate now" if `name` is the old name of a setting; else empty.
std::string renamed(std::span<const Setting> settings, std::string_view name);

// The settings that a struct declares, with its values.
template <class S>
std::vector<Setting> listed(S settings) {
    SettingList list;
    settings.declare(list);
    return list.settings();
}

// The defaults, overridden by `shared`, then by the learner's own values.
template <class S>
S with_values(S settings, const SettingValues& shared, const SettingValues& own = {}) {
    SettingList list(shared, own);
    settings.declare(list);
    if constexpr (requires { settings.complete(list); }) settings.complete(list);
    return settings;
}

}  // namespace lockstep


#include <algorithm>
#include <cmath>
#include <optional>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

#include "engine/text/number_text.hpp"

namespace lockstep {
namespace {

double checked(const Setting& setting, const SettingValue& given) {
    const std::optional<double> value =
        given.is_number() ? std::optional(given.number()) : read_number(given.text());
    const bool integral = setting.type == Setting::Type::integer;
    if (value && *value >= setting.min && *value <= setting.max &&
        (!integral || *value == std::floor(*value))) {
        return *value;
    }
    throw ConfigError(std::string(setting.name) + " = '" + given.text() + "': allowed " +
                      (integral ? "whole numbers " : "") + "from " + shortest(setting.min) +
                      " to " + shortest(setting.max));
}

}  // namespace

SettingList::Entry& SettingList::Entry::budget() {
    if (setting_ != nullptr) setting_->budget = true;
    return *this;
}
SettingList::Entry& SettingList::Entry::per_learner() {
    if (setting_ != nullptr) setting_->per_learner = true;
    return *this;
}
SettingList::Entry& SettingList::Entry::old_name(const char* name) {
    if (setting_ != nullptr) setting_->old_name = name;
    return *this;
}

const SettingValue* SettingList::find(std::string_view name) const {
    for (const SettingValues* values : {own_, shared_}) {
        if (values == nullptr) continue;
        const auto found = values->find(name);
        if (found != values->end()) return &found->second;
    }
    return nullptr;
}

SettingList::Entry SettingList::add(Setting setting) {
    if (!lists_) return Entry(nullptr);
    settings_.push_back(std::move(setting));
    return Entry(&settings_.back());
}

SettingList::Entry SettingList::number(const char* name, double& member, double min, double max,
                                       const char* meaning) {
    const Setting setting{name, meaning, Setting::Type::number, min, max, {}, member};
    if (const SettingValue* given = find(name)) member = checked(setting, *given);
    return add(setting);
}

SettingList::Entry SettingList::integer(const char* name, std::int64_t& member, double min,
                                        double max, const char* meaning) {
    const Setting setting{name, meaning, Setting::Type::integer, min, max, {}, member};
    if (const SettingValue* given = find(name))
        member = static_cast<std::int64_t>(checked(setting, *given));
    return add(setting);
}

SettingList::Entry SettingList::flag(const char* name, bool& member, const char* meaning) {
    return word(name, member, false_true, meaning);
}

SettingList::Entry SettingList::word_at(const char* name, std::size_t& index,
                                        std::span<const char* const> words, const char* meaning) {
    if (const SettingValue* given = find(name)) {
        const std::vector<std::string_view> known(words.begin(), words.end());
        const std::string word = given->text();
        const auto found = std::ranges::find(known, word);
        if (found == known.end())
            throw ConfigError(unknown_name(std::string("value of ") + name, word, known));
        index = static_cast<std::size_t>(found - known.begin());
    }
    return add({name, meaning, Setting::Type::word, 0, 0, words, words[index]});
}

void SettingList::refuse(const char* name, const std::string& why) {
    throw ConfigError(std::string(name) + ": " + why);
}

const Setting* find_setting(std::span<const Setting> settings, std::string_view name) {
    const auto found =
        std::ranges::find_if(settings, [&](const Setting& s) { return name == s.name; });
    return found == settings.end() ? nullptr : &*found;
}

std::string renamed(std::span<const Setting> settings, std::string_view name) {
    const auto found = std::ranges::find_if(
        settings, [&](const Setting& s) { return s.old_name != nullptr && name == s.old_name; });
    if (found == settings.end()) return "";
    return "'" + std::string(name) + "' is called " + found->name + " now";
}

}  // namespace lockstep

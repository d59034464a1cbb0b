// How a verb declares what it takes: options and positionals, each bound to a destination.
//
// Must not:  know who parses the command line, or check a word: the verb does.
// Invariant: cheap to include, since every verb includes it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lockstep {

// Exactly one pointer is set; none is set for an option that asks for help.
struct Destination {
    bool* flag = nullptr;
    std::string* text = nullptr;
    std::optional<std::string>* optional_text = nullptr;
    std::vector<std::string>* list = nullptr;  // takes all words up to the next option

    Destination() = default;
    Destination(bool& to) : flag(&to) {}
    Destination(std::string& to) : text(&to) {}
    Destination(std::optional<std::string>& to) : optional_text(&to) {}
    Destination(std::vector<std::string>& to) : list(&to) {}
};

// What a completion can offer as a value.
struct Values {
    enum Kind { any, file, environment, agent, experiment, verb, setting, word };

    Values(Kind of = any) : kind(of) {}
    Values(std::vector<std::string_view> allowed) : kind(word), words(std::move(allowed)) {}
    template <std::size_t n>
    Values(const std::string_view (&allowed)[n]) : kind(word), words(allowed, allowed + n) {}

    Kind kind;
    std::vector<std::string_view> words;  // if kind is `word`
};

struct Option {
    const char* names;  // "--seed" or "-o,--out"; for a positional "ENV"
    Destination destination;
    const char* meaning;  // with the default in parentheses at its end
    Values values = {};
    bool required = false;

    bool positional() const { return names[0] != '-'; }
    bool takes_several() const { return destination.list != nullptr; }
    bool takes_words() const {
        return destination.text || destination.optional_text || destination.list;
    }
    bool asks_for_help() const { return !takes_words() && !destination.flag; }
};

using Options = std::vector<Option>;

inline Option required(Option option) {
    option.required = true;
    return option;
}

inline Options joined(Options options, const Options& more) {
    options.insert(options.end(), more.begin(), more.end());
    return options;
}

}  // namespace lockstep

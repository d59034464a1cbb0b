// The keys of [study], each declared once: for files, for JSON, and for the checks of their ranges.
//
// Must not:  know where values come from.
// Invariant: every member of Study that a result depends on, except `set` and `space`, has a field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// A member whose value is one of several words.
struct WordMember {
    std::span<const std::string_view> words;
    std::size_t (*get)(const Study&);
    void (*set)(Study&, std::size_t);
};

struct StudyField {
    std::string_view name;
    std::variant<std::string Study::*, std::int64_t Study::*, std::uint64_t Study::*,
                 double Study::*, std::optional<double> Study::*, std::vector<std::string> Study::*,
                 WordMember>
        member;
    double min = 0, max = 0;  // of signed numbers, both allowed
    bool steerable = false;   // may change while a study runs; see steering.hpp
};

std::span<const StudyField> study_fields();

// The field with this name; null if there is none.
const StudyField* find_field(std::string_view name);

// The current name of a key of an earlier version; empty if that had no key of this name.
std::string_view current_key(std::string_view old_name);

}  // namespace lockstep::sweep

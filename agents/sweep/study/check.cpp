
#include "agents/sweep/study/check.hpp"

#include <algorithm>
#include <optional>

#include "agents/sweep/study/enqueue.hpp"
#include "agents/sweep/study/faults.hpp"
#include "agents/sweep/study/feasibility.hpp"
#include "agents/sweep/study/fields.hpp"
#include "engine/text/number_text.hpp"

namespace lockstep::sweep {
namespace {

// The value of a field that has a range.
std::optional<double> number_of(const Study& study, const StudyField& field) {
    if (const auto* whole = std::get_if<std::int64_t Study::*>(&field.member))
        return static_cast<double>(study.**whole);
    if (const auto* real = std::get_if<double Study::*>(&field.member)) return study.**real;
    if (const auto* any = std::get_if<std::optional<double> Study::*>(&field.member))
        return study.**any;
    return std::nullopt;
}

// Some fields bound others.
double max_of(const Study& study, const StudyField& field) {
    if (field.name == "first_seeds") return static_cast<double>(study.tuning_seeds);
    if (field.name == "min_budget") return study.budget;
    return field.max;
}

// Points are levels only for a grid; other samplers take any number of a continuous range.
void check_parents(const Study& s, StudyFaults& faults) {
    if (s.sampler == "grid") return;
    for (const SearchParameter& p : s.space.parameters()) {
        if (p.parent < 0 || s.space[p.parent].discrete()) continue;
        const std::string& parent = s.space[p.parent].name;
        faults.add("space." + p.name, p.name + ": when: " + parent + " is continuous: its points " +
                                          "are levels for sampler grid alone, and " + s.sampler +
                                          " hardly ever takes one of them");
    }
}

void check_constraints(const Study& s, StudyFaults& faults) {
    const std::string lines = constraints_fault(s.space, s.sampler == "grid");
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = std::min(lines.find('\n', at), lines.size());
        faults.add("study.constraints", lines.substr(at, end - at));
        at = end + 1;
    }
}

}  // namespace

void check(const Study& s) {
    StudyFaults faults(s);
    for (const StudyField& field : study_fields()) {
        const std::optional<double> value = number_of(s, field);
        const double max = max_of(s, field);
        if (!value || (*value >= field.min && *value <= max)) continue;
        const std::string name(field.name);
        faults.add("study." + name, name + " = " + shortest(*value) + ": allowed from " +
                                        shortest(field.min) + " to " + shortest(max));
    }
    check_parents(s, faults);
    check_enqueue(s, faults);
    check_constraints(s, faults);
    faults.raise();
}

}  // namespace lockstep::sweep

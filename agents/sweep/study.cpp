#include <lockstep/agents/sweep/study.hpp>

#include <algorithm>
#include <optional>

#include <lockstep/agents/sweep/enqueue.hpp>
#include <lockstep/agents/sweep/feasibility.hpp>
#include <lockstep/agents/sweep/study_faults.hpp>
#include <lockstep/agents/sweep/study_fields.hpp>
#include <lockstep/engine/number_text.hpp>

namespace lockstep::sweep {
namespace {

// Of a field that has a range.
std::optional<double> number_of(const Study& study, const StudyField& field) {
    if (const auto* whole = std::get_if<std::int64_t Study::*>(&field.member))
        return static_cast<double>(study.**whole);
    if (const auto* real = std::get_if<double Study::*>(&field.member)) return study.**real;
    if (const auto* any = std::get_if<std::optional<double> Study::*>(&field.member))
        return study.**any;
    return std::nullopt;
}

// Some fields bound others.
double most_of(const Study& study, const StudyField& field) {
    if (field.name == "first_seeds") return static_cast<double>(study.tuning_seeds);
    if (field.name == "least_budget") return study.budget;
    return field.most;
}

// Points are levels for a grid; other samplers take any number of a continuous range.
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

// Steps of SplitMix64, a bijection.
std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

}  // namespace

std::string Study::where(const std::string& key) const {
    const auto found = origins.find(key);
    return (found == origins.end() ? key : found->second) + ": ";
}

void check(const Study& s) {
    StudyFaults faults(s);
    for (const StudyField& field : study_fields()) {
        const std::optional<double> value = number_of(s, field);
        const double most = most_of(s, field);
        if (!value || (*value >= field.least && *value <= most)) continue;
        const std::string name(field.name);
        faults.add("study." + name, name + " = " + shortest(*value) + ": allowed from " +
                                        shortest(field.least) + " to " + shortest(most));
    }
    check_parents(s, faults);
    check_enqueue(s, faults);
    check_constraints(s, faults);
    faults.raise();
}

std::uint64_t learner_seed(const Study& study, Role role, std::int64_t index) {
    const std::uint64_t own =
        mixed(mixed(study.seed + 0x9E3779B97F4A7C15U) + static_cast<std::uint64_t>(index));
    return own >> 2U | static_cast<std::uint64_t>(role) << 62U;
}

}  // namespace lockstep::sweep

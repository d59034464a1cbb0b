
#include "agents/sweep/study/fields.hpp"

#include <algorithm>
#include <limits>

namespace lockstep::sweep {
namespace {

constexpr std::string_view directions[] = {"minimize", "maximize"};

constexpr double highest = std::numeric_limits<double>::max(), lowest = -highest;

constexpr WordMember objective = {
    score_names, [](const Study& s) { return static_cast<std::size_t>(s.objective); },
    [](Study& s, std::size_t word) { s.objective = static_cast<Score>(word); }};
constexpr WordMember direction = {directions,
                                  [](const Study& s) { return std::size_t{s.maximizes()}; },
                                  [](Study& s, std::size_t word) { s.maximize = word == 1; }};

}  // namespace

std::span<const StudyField> study_fields() {
    static const StudyField all[] = {
        {"env", &Study::env},
        {"agent", &Study::agent},
        {"sampler", &Study::sampler},
        {"scheduler", &Study::scheduler},
        {"trials", &Study::trials, 1, 1e9, true},
        {"generation", &Study::generation, 1, 1e6},
        {"tuning_seeds", &Study::tuning_seeds, 1, 1e6},
        {"first_seeds", &Study::first_seeds, 1, 1e6},
        {"eta", &Study::eta, 1.1, 100},
        {"budget", &Study::budget, 0, 1e18},
        {"min_budget", &Study::min_budget, 0, 1e18},
        {"target", &Study::target, lowest, highest, true},
        {"objective", objective},
        {"direction", direction},
        {"seed", &Study::seed},
        {"test_episodes", &Study::test_episodes, 1, 1e6},
        {"max_steps", &Study::max_steps, 0, 1e15},
        {"top", &Study::top, 1, 1e4},
        {"validation_seeds", &Study::validation_seeds, 2, 1e6},
        {"test_seeds", &Study::test_seeds, 2, 1e6},
        {"warm_start", &Study::warm_start},
        {"constraints", &Study::constraints},
    };
    return all;
}

std::string_view current_key(std::string_view old_name) {
    return old_name == "least_budget" ? "min_budget" : "";
}

const StudyField* find_field(std::string_view name) {
    const auto found = std::ranges::find(study_fields(), name, &StudyField::name);
    return found == study_fields().end() ? nullptr : &*found;
}

}  // namespace lockstep::sweep

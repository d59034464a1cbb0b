#include <lockstep/agents/sweep/study.hpp>

#include <charconv>

#include <lockstep/engine/error.hpp>

namespace lockstep::sweep {
namespace {

std::string shown(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

struct Range {
    const char* key;
    double value, least, most;
};

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
    const auto number = [](std::int64_t value) { return static_cast<double>(value); };
    const Range ranges[] = {
        {"trials", number(s.trials), 1, 1e9},
        {"generation", number(s.generation), 1, 1e6},
        {"tuning_seeds", number(s.tuning_seeds), 1, 1e6},
        {"first_seeds", number(s.first_seeds), 1, number(s.tuning_seeds)},
        {"eta", s.eta, 1.1, 100},
        {"budget", s.budget, 0, 1e18},
        {"least_budget", s.least_budget, 0, s.budget},
        {"test_episodes", number(s.test_episodes), 1, 1e6},
        {"max_steps", number(s.max_steps), 0, 1e15},
        {"top", number(s.top), 1, 1e4},
        {"validation_seeds", number(s.validation_seeds), 2, 1e6},
        {"test_seeds", number(s.test_seeds), 2, 1e6},
    };
    std::string faults;
    for (const Range& r : ranges) {
        if (r.value >= r.least && r.value <= r.most) continue;
        faults += (faults.empty() ? "" : "\n") + s.where(std::string("study.") + r.key) + r.key +
                  " = " + shown(r.value) + ": allowed from " + shown(r.least) + " to " +
                  shown(r.most);
    }
    if (!faults.empty()) throw ConfigError(faults);
}

std::uint64_t learner_seed(const Study& study, Role role, std::int64_t index) {
    const std::uint64_t own =
        mixed(mixed(study.seed + 0x9E3779B97F4A7C15U) + static_cast<std::uint64_t>(index));
    return own >> 2U | static_cast<std::uint64_t>(role) << 62U;
}

}  // namespace lockstep::sweep

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {
namespace {

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

std::uint64_t learner_seed(const Study& study, Role role, std::int64_t index) {
    const std::uint64_t own =
        mixed(mixed(study.seed + 0x9E3779B97F4A7C15U) + static_cast<std::uint64_t>(index));
    return own >> 2U | static_cast<std::uint64_t>(role) << 62U;
}

}  // namespace lockstep::sweep

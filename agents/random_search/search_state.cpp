
#include "agents/random_search/search_state.hpp"

#include <cstring>
#include <string>

#include <lockstep/error.hpp>

#include "agents/agent/state_bytes.hpp"

namespace lockstep {
namespace {

// Changes with the layout of what is written.
constexpr std::uint64_t layout_number = 0x5345415243480001U;

// The layout as written, without padding.
struct Front {
    std::uint64_t layout, kind;
    std::int64_t tuned, validated, tuning_steps, validation_steps;
};
static_assert(sizeof(Front) == 48);

}  // namespace

LearnerState write_search_state(std::uint64_t kind, const SearchScores& found) {
    const Front front{layout_number,
                      kind,
                      std::ssize(found.tuning),
                      std::ssize(found.validation),
                      found.tuning_steps,
                      found.validation_steps};
    return joined({std::as_bytes(std::span(&front, 1)), std::as_bytes(std::span(found.tuning)),
                   std::as_bytes(std::span(found.validation))});
}

SearchScores read_search_state(std::uint64_t kind, std::span<const std::byte> state,
                               std::size_t candidates) {
    Front front{};
    if (state.size() >= sizeof front) std::memcpy(&front, state.data(), sizeof front);
    if (front.layout != layout_number || front.kind != kind)
        throw ConfigError(
            "a state that is not of a random search with this seed and these settings, in this "
            "environment and precision");
    const auto tuned = static_cast<std::uint64_t>(front.tuned),
               validated = static_cast<std::uint64_t>(front.validated);
    const std::uint64_t numbers = (state.size() - sizeof front) / sizeof(double);
    if (tuned > numbers || validated != numbers - tuned ||
        state.size() != sizeof front + numbers * sizeof(double))
        throw ConfigError("a state of a random search that does not end where it says");
    if (tuned > candidates)
        throw ConfigError("a state of " + std::to_string(tuned) +
                          " candidates, where the settings allow " + std::to_string(candidates));
    const auto scores = state.subspan(sizeof front);
    SearchScores found{elements_of<double>(scores.first(tuned * sizeof(double))),
                       elements_of<double>(scores.subspan(tuned * sizeof(double))),
                       front.tuning_steps, front.validation_steps};
    // With more candidates, others may be the best.
    if (tuned < candidates) found.validation.clear(), found.validation_steps = 0;
    return found;
}

}  // namespace lockstep

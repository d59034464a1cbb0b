// The plain description of an environment: names, parameters with defaults and ranges, sizes; and
// the totals that are told of its episodes.
//
// Must not:  emit code, or know lanes: it is read on both sides of the border between flag sets.
// Invariant: constant data with static storage.
#pragma once

#include <cstdint>

namespace lockstep {

// When a finished world begins its next episode; as in Gymnasium.
enum class Autoreset : std::int32_t { next_step, same_step, disabled };
inline constexpr int autoreset_modes = 3;

// One registered name, its time limit in steps (an episode that reaches it is truncated), and the
// mean return from which Gymnasium calls it solved.
struct EnvironmentId {
    const char* id;
    std::int32_t time_limit;
    double reward_threshold;
};

// A number that each world may have its own value of.
struct ParameterInfo {
    const char* name;
    double value;             // default
    double minimum, maximum;  // both allowed
    const char* unit;
    const char* meaning;
};

// A setting that all worlds of a VectorEnv share. `options` lists the allowed words, `value` is the
// index of the default.
struct ChoiceInfo {
    const char* name;
    const char* const* options;
    int option_count;
    int value;
    const char* meaning;
};

// A setting that is free text.
struct TextInfo {
    const char* name;
    const char* value;  // default
    const char* meaning;
    bool file = false;  // unless empty, it names a file, and means what that file says
};

inline constexpr int max_choices = 4;
inline constexpr int max_columns = 16;

struct EnvironmentInfo {
    const char* name;    // as in benchmark rows: lower case
    const char* source;  // where rules and constants come from
    const EnvironmentId* ids;
    int id_count;
    const char* const* state_names;
    int state_count;
    const char* const* observation_names;
    int observation_count;
    int action_count;  // 0: the compiled tables tell
    const ParameterInfo* parameters;
    int parameter_count;
    const ChoiceInfo* choices;
    int choice_count;
    bool observes_state;  // the observation is the state, column for column
    int reset_draws;      // uniform draws of one reset, in Gymnasium's order; 0: none such
    const TextInfo* texts = nullptr;
    int text_count = 0;
};

// Of the episodes that ended during a rollout.
struct EpisodeTotals {
    std::int64_t episodes = 0;
    std::int64_t steps = 0;
    double return_sum = 0;
    double return_square_sum = 0;
};

}  // namespace lockstep

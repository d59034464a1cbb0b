// The plain description of an environment (names, parameters with defaults and ranges, observations
// and actions), and the totals reported for its episodes.
//
// Must not:  emit code, or know lanes: it is read on both sides of the border between flag sets.
// Invariant: constant data with static storage: a Description is a `static constexpr` member or a
//            constant at namespace scope, because only there does a nested list outlive its braces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>

namespace lockstep {

// When a finished world begins its next episode; as in Gymnasium.
enum class Autoreset : std::int32_t { next_step, same_step, disabled };
inline constexpr int autoreset_modes = 3;

// For ids that Gymnasium registers without a limit or a threshold, and for ids that it lacks.
inline constexpr std::int32_t no_step_limit = 1'000'000'000;
inline constexpr double no_threshold = std::numeric_limits<double>::infinity();

// One registered name. An episode that reaches `max_episode_steps` is truncated; Gymnasium
// considers the environment solved at a mean return of `reward_threshold`.
struct EnvironmentId {
    const char* id;
    std::int32_t max_episode_steps = no_step_limit;
    double reward_threshold = no_threshold;
};

// A number that can differ between worlds; both bounds are inclusive.
struct ParameterInfo {
    const char* name;
    double value;  // default
    double low, high;
    const char* unit = "";
    const char* meaning;
};

// A setting that all worlds of a VectorEnv share: one of the words of `options`. `value` is the
// index of the default.
struct ChoiceInfo {
    const char* name;
    std::initializer_list<const char*> options;
    int value = 0;
    const char* meaning;
};
inline constexpr std::initializer_list<const char*> false_or_true = {"false", "true"};

// One of the numbers that an action consists of, in environments without a short list of actions.
struct ActionInfo {
    const char* name;
    // Inclusive bounds. Values beyond them reach the environment, whose rules clip them.
    double low = 0, high = 0;
    std::initializer_list<const char*> options = {};  // instead of bounds: an index into these
    const char* unit = "";

    constexpr int option_count() const { return static_cast<int>(options.size()); }
};

// A column of a state or an observation, or several under one name: name[0], name[1], ..., or, in
// two or three dimensions, name[0][0] and so on. Low and high are inclusive bounds of what is seen.
struct ColumnInfo {
    const char* name;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    const char* unit = "";
    std::initializer_list<int> shape = {};

    constexpr int count() const {
        int columns = 1;
        for (const int size : shape) columns *= size;
        return columns;
    }
};

// A setting that is free text.
struct TextInfo {
    const char* name;
    const char* value;  // default
    const char* meaning;
    bool file = false;  // unless empty, the text names a file, and stands for its content
};

// Whether an environment draws its random numbers in Gymnasium's order, so that Gymnasium's seeding
// is offered: for resets, or for steps too.
enum class GymnasiumDraws : std::uint8_t { none, resets, steps };

// The most state columns that tabular learners accept.
inline constexpr int max_table_columns = 16;

struct Description {
    const char* name;         // as in benchmark rows: lower case
    const char* source = "";  // where rules and constants come from
    std::initializer_list<EnvironmentId> ids = {};
    std::initializer_list<const char*> actions = {};        // by number; empty: see the tables
    std::initializer_list<ActionInfo> action_columns = {};  // instead: an Action<L>
    std::initializer_list<ColumnInfo> observations = {};
    std::initializer_list<ColumnInfo> states = {};  // empty: the state is observed
    std::initializer_list<ParameterInfo> parameters = {};
    std::initializer_list<ChoiceInfo> choices = {};
    std::initializer_list<TextInfo> texts = {};
    GymnasiumDraws gymnasium_draws = GymnasiumDraws::none;

    constexpr int action_count() const { return static_cast<int>(actions.size()); }
    constexpr int action_column_count() const { return static_cast<int>(action_columns.size()); }
    // Whether some number of an action is not one of a few options.
    constexpr bool continuous_actions() const {
        for (const ActionInfo& a : action_columns) {
            if (a.option_count() > 0) return false;
        }
        return action_columns.size() > 0;
    }
    constexpr int parameter_count() const { return static_cast<int>(parameters.size()); }
    constexpr int choice_count() const { return static_cast<int>(choices.size()); }
    constexpr int observation_count() const { return count(observations); }
    constexpr bool observes_state() const { return states.size() == 0; }
    constexpr std::initializer_list<ColumnInfo> state_columns() const {
        return observes_state() ? observations : states;
    }
    constexpr int state_count() const { return count(state_columns()); }
    static constexpr int count(std::initializer_list<ColumnInfo> columns) {
        int sum = 0;
        for (const ColumnInfo& column : columns) sum += column.count();
        return sum;
    }
};

// How many weighted sums of all observations a linear policy acts by; 0: it cannot.
constexpr int linear_outputs(const Description& about) {
    if (about.continuous_actions()) return about.action_column_count();
    return about.action_count() == 2 ? 1 : about.action_count();
}

// Totals over the episodes that ended during a rollout.
struct EpisodeTotals {
    std::int64_t episodes = 0;
    std::int64_t steps = 0;
    double return_sum = 0;
    double return_square_sum = 0;
};

}  // namespace lockstep

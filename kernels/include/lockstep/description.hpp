// The plain description of an environment: names, parameters with defaults and ranges, what is
// observed and done; and the totals that are reported of its episodes.
//
// Must not:  emit code, or know lanes: it is read on both sides of the border between flag sets.
// Invariant: constant data with static storage: a Description is a `static constexpr` member, or a
//            constant at namespace scope, since that is where a nested list outlives its braces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>

namespace lockstep {

// When a finished world begins its next episode; as in Gymnasium.
enum class Autoreset : std::int32_t { next_step, same_step, disabled };
inline constexpr int autoreset_modes = 3;

// Of ids that Gymnasium registers without a limit or a threshold, and of those it lacks.
inline constexpr std::int32_t no_step_limit = 1'000'000'000;
inline constexpr double no_threshold = std::numeric_limits<double>::infinity();

// One registered name. An episode that reaches `max_episode_steps` is truncated; Gymnasium calls
// the environment solved from a mean return of `reward_threshold`.
struct EnvironmentId {
    const char* id;
    std::int32_t max_episode_steps = no_step_limit;
    double reward_threshold = no_threshold;
};

// A number that each world may have its own value of; low and high are both allowed.
struct ParameterInfo {
    const char* name;
    double value;  // default
    double low, high;
    const char* unit = "";
    const char* meaning;
};

// A setting that all worlds of a VectorEnv share: one of the words of `options`; `value` is the
// index of the default.
struct ChoiceInfo {
    const char* name;
    std::initializer_list<const char*> options;
    int value = 0;
    const char* meaning;
};
inline constexpr std::initializer_list<const char*> false_or_true = {"false", "true"};

// One of the numbers that an action consists of, where it is not a choice among a few.
struct ActionInfo {
    const char* name;
    // Bounds, both allowed. What lies beyond is passed on: the environment clips it, as its rules
    // say.
    double low = 0, high = 0;
    std::initializer_list<const char*> options = {};  // instead of bounds: a whole number, of these
    const char* unit = "";

    constexpr int option_count() const { return static_cast<int>(options.size()); }
};

// A column of a state or an observation, or several under one name: name[0], name[1], ..., or, of
// two or three dimensions, name[0][0] and so on. Low and high bound what is seen, both allowed.
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
    bool file = false;  // unless empty, it names a file, and means what that file says
};

// Columns of a state that learners with tables can have.
inline constexpr int max_table_columns = 16;

struct Description {
    const char* name;         // as in benchmark rows: lower case
    const char* source = "";  // where rules and constants come from
    std::initializer_list<EnvironmentId> ids = {};
    std::initializer_list<const char*> actions = {};        // by number; empty: compiled tables say
    std::initializer_list<ActionInfo> action_columns = {};  // instead, of an Action<L>
    std::initializer_list<ColumnInfo> observations = {};
    std::initializer_list<ColumnInfo> states = {};  // empty: the state is observed
    std::initializer_list<ParameterInfo> parameters = {};
    std::initializer_list<ChoiceInfo> choices = {};
    std::initializer_list<TextInfo> texts = {};
    int reset_draws = 0;  // uniform draws of one reset, in Gymnasium's order; 0: none such

    constexpr int action_count() const { return static_cast<int>(actions.size()); }
    constexpr int action_column_count() const { return static_cast<int>(action_columns.size()); }
    // Whether an action consists of numbers that are not counted.
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

// Weighted sums by which a linear policy acts, each over all observations; 0: it cannot.
constexpr int linear_outputs(const Description& about) {
    if (about.continuous_actions()) return about.action_column_count();
    return about.action_count() == 2 ? 1 : about.action_count();
}

// Of the episodes that ended during a rollout.
struct EpisodeTotals {
    std::int64_t episodes = 0;
    std::int64_t steps = 0;
    double return_sum = 0;
    double return_square_sum = 0;
};

}  // namespace lockstep

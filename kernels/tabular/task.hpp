// The inputs and results of tabular learners, on both sides of the border between flag sets.
//
// Must not:  emit code.
// Invariant: sixteen learners share a TabularLanes; their common settings are in a TabularTask.
#pragma once

#include <cstdint>

#include <lockstep/detail/block/worlds.hpp>

namespace lockstep {

// What a step's value is moved toward: reward + gamma * ...
enum class Target : std::int32_t {
    q_learning,      // the highest value of the next state (Watkins 1989)
    sarsa,           // the value of the next action (Rummery and Niranjan 1994)
    expected_sarsa,  // the expectation under the behavior policy (van Seijen et al. 2009)
    double_q,        // one table's best action, valued by another (van Hasselt 2010)
};

// How an action is chosen when no random one is.
enum class Exploration : std::int32_t {
    greedy,        // the highest value
    softmax,       // probability ~ exp(value / temperature)
    proportional,  // probability ~ value - lowest value + offset (tutorial "Peter and the wolf")
    ucb,           // the highest value + c sqrt(ln(1 + visits of the state) / visits of the action)
};

inline constexpr int max_tabular_actions = 32;

// One element per episode, at the place that its learner's lane holds.
template <class Real>
struct EpisodeLog {
    Real* returns;          // null: nothing is logged
    std::int32_t* lengths;  // null: returns only; otherwise the three below too
    Real* last_reward;
    std::int32_t* last_state;
};

// The steps of each lane's current episode: lane l's step t at l * stride + t.
template <class Real>
struct EpisodePath {
    std::int32_t* element;  // state * actions + action; null: nothing is kept
    Real* reward;
    std::int32_t stride;  // the time limit, or more
};

template <class Real>
struct TabularTask {
    Worlds<Real> worlds;  // parameters, choices, tables, time limit; no columns
    Real* table;          // every learner's: [state][action] from its lane's offset on
    Real* count;          // visits, laid out like `table`; null: not counted
    EpisodeLog<Real> log;
    EpisodePath<Real> path;
    Target target;
    Exploration exploration;
    std::int32_t actions;
    std::int32_t table_size;   // states * actions: the second table of double Q follows the first
    bool frozen;               // act only
    bool deferred;             // leave updates in the lanes for the caller to make
    bool explores;             // some epsilon is not 0
    bool decays, fades;        // some alpha_decay, alpha_fade is not 0
    bool averages;             // the learning rate is 1 / visits
    bool tires;                // some visit_decay is not 0
    bool random_ties;          // ties are broken at random; else the first wins
    bool bootstraps_terminal;  // value the state after the end too
    bool learns_terminal;      // learn from the step that ends an episode
    bool some_illegal;         // some action is illegal somewhere
};

// Sixteen learners.
template <class Real>
struct alignas(64) TabularLanes {
    // Inputs: random streams; the counter of every draw, along with time or episode; settings.
    std::uint32_t resets[2][lane_count], dynamics[2][lane_count], actions[2][lane_count];
    std::uint32_t id[lane_count];
    std::int32_t table[lane_count];  // where the learner's table begins, in elements
    Real alpha[lane_count];
    Real alpha_decay[lane_count];  // alpha / (1 + decay * steps so far)
    Real alpha_fade[lane_count];   // * exp(-fade * steps of the episode so far)
    Real visit_decay[lane_count];  // / (1 + decay * earlier visits of the action)
    Real gamma[lane_count];
    Real epsilon_first[lane_count], epsilon_slope[lane_count], epsilon_last[lane_count];
    Real exploration[lane_count];  // temperature, offset or c
    std::uint32_t fresh;  // bit a lane: a new learner, whose first episode has yet to begin

    // State.
    Real state[max_table_columns][lane_count];
    Real total[lane_count], epsilon[lane_count];
    std::int32_t length[lane_count], action[lane_count];
    std::uint32_t episode[lane_count], time[lane_count];
    std::int32_t episodes_left[lane_count], steps_left[lane_count];  // either at 0: done
    std::int64_t log[lane_count];  // where the record of the next episode goes

    // Left by deferred updates; a negative index means none.
    std::int32_t update_index[lane_count];
    Real update_target[lane_count], update_alpha[lane_count];
};

}  // namespace lockstep

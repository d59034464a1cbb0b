// The inputs and memory of learners of action values with networks, on both sides of the border
// between flag sets.
//
// Must not:  emit code.
// Invariant: a transition is one step of each of sixteen learners, seen or sampled: rows of floats
//            and rows of flags, one lane per learner.
#pragma once

#include <cstdint>

#include <lockstep/detail/lane/lane.hpp>

namespace lockstep {

// Rows of a transition's floats: the state, the next state, and the reward.
constexpr std::int32_t transition_floats(std::int32_t inputs) noexcept { return 2 * inputs + 1; }
// Rows of its flags: the action, with `terminal_flag` where the episode terminated; and the bits of
// the actions that are legal next.
inline constexpr std::int32_t transition_flags = 2;
inline constexpr std::uint32_t terminal_flag = 1U << 31U;

// The last transitions of each of sixteen learners, whose buffers fill at different rates.
template <class Real>
struct Replay {
    std::int32_t slots, inputs;
    Real* floats;          // [slot][transition_floats][lane]
    std::uint32_t* flags;  // [slot][transition_flags][lane]
    std::uint32_t* head;   // [lane]: the slot to fill next
    std::uint32_t* size;   // [lane]: how many slots are filled
};

// The results of one step.
template <class Real>
struct Transition {
    const Real *state, *next, *reward;
    const std::int32_t* action;
    std::uint32_t terminated;  // one bit per lane
    const std::uint32_t* legal;
};

// Sampled transitions, and the samples of them that networks are evaluated on.
template <class Real>
struct Minibatch {
    Real *states, *nexts;    // samples, whose inputs are filled in
    Real* rewards;           // [transition][lane]
    std::uint32_t* flags;    // [transition][transition_flags][lane]
    std::int32_t* best;      // [transition][lane]: the best next action
    std::int32_t count = 0;  // of transitions
};

// How outputs encode actions: a value for each; or, dueling, an advantage for each, and the value
// of the best (Wang et al. 2016, with the maximum subtracted).
struct ActionHead {
    std::int32_t actions;
    bool dueling;
};

}  // namespace lockstep

// What learners of action values by networks are given and keep, on both sides of the border
// between flag sets.
//
// Must not:  emit code.
// Invariant: a transition is what sixteen learners saw at one step each, or drew from their pasts:
//            rows of numbers and rows of marks, a lane each.
#pragma once

#include <cstdint>

#include <lockstep/detail/lane/lane.hpp>

namespace lockstep {

// Rows of a transition's numbers: the state, the next one, and the reward.
constexpr std::int32_t transition_numbers(std::int32_t inputs) noexcept { return 2 * inputs + 1; }
// Rows of its marks: the action, with `ends_here` where the episode terminated; and bits of the
// actions that are possible next.
inline constexpr std::int32_t transition_marks = 2;
inline constexpr std::uint32_t ends_here = 1U << 31U;

// The last transitions of each of sixteen learners, which are at different places.
template <class Real>
struct Replay {
    std::int32_t slots, inputs;
    Real* numbers;         // [slot][transition_numbers][lane]
    std::uint32_t* marks;  // [slot][transition_marks][lane]
    std::uint32_t* next;   // [lane]: slot that is filled next
    std::uint32_t* held;   // [lane]: slots that are filled
};

// What happened in one step.
template <class Real>
struct Transition {
    const Real *state, *next, *reward;
    const std::int32_t* action;
    std::uint32_t terminated;  // a bit a lane
    const std::uint32_t* legal;
};

// Transitions drawn from the past, and the samples that networks are shown of them.
template <class Real>
struct Minibatch {
    Real *states, *nexts;    // samples, of which the inputs are filled in
    Real* rewards;           // [transition][lane]
    std::uint32_t* marks;    // [transition][transition_marks][lane]
    std::int32_t* best;      // [transition][lane]: the action that is best next
    std::int32_t count = 0;  // of transitions
};

// How networks speak for actions: a value of each; or, dueling, an advantage of each, and the value
// of the best (Wang et al. 2016, with the maximum taken off).
struct ActionHead {
    std::int32_t actions;
    bool dueling;
};

}  // namespace lockstep

// What an environment's unit sees of how tabular learners choose and learn.
//
// Must not:  know environments, or say how: tabular_choice.hpp does, in one unit of its own for
// each
//            instruction set, since it would be most of what there is to compile for an
//            environment.
// Invariant: a lane's choice and update depend on that lane alone.
#pragma once

#include <lockstep/detail/tabular/task.hpp>
#include <lockstep/environment.hpp>

namespace lockstep {

// What is known of the states that lanes are in.
template <class L>
struct TableRow {
    typename L::i32 base;   // of their rows, in the table's elements
    typename L::u32 legal;  // a bit an action
};

// One step of each lane, and the words that its action was drawn by.
template <class L>
struct TabularMove {
    TableRow<L> from, to;
    typename L::i32 action;
    typename L::real reward;
    typename L::mask terminated, active;
    typename L::i32 before;  // steps of the episode before this one
    WordPair<typename L::u32> words;
};

// Sixteen learners between two steps.
template <class L>
struct TabularLearners {
    const TabularTask<typename L::scalar>& task;
    TabularLanes<typename L::scalar>& lanes;
    typename L::real epsilon;
    typename L::i32 action;  // that is taken next, where learning has chosen it
    typename L::u32 time;

    LOCKSTEP_INLINE WordPair<typename L::u32> words() const noexcept {
        using u32 = typename L::u32;
        const LaneKey<u32> key{{u32::load(lanes.actions[0]), u32::load(lanes.actions[1])}};
        return threefry(key, u32::load(lanes.id), time);
    }
};

// The actions that the learners take at `at`, drawn by two words.
template <class L>
[[gnu::visibility("default")]] typename L::i32 tabular_choice(
    const TabularLearners<L>&, const TableRow<L>& at,
    const WordPair<typename L::u32>& words) noexcept;

// Moves the value of what was done towards what came of it.
template <class L>
[[gnu::visibility("default")]] void tabular_update(TabularLearners<L>&,
                                                   const TabularMove<L>&) noexcept;

}  // namespace lockstep

// The declarations through which an environment's unit calls the rules of tabular learners.
//
// Must not:  know environments, or define the rules: kernels/tabular/choice.hpp does, in one unit
//            of its own for each instruction set, since they would be most of the code to compile
//            for an environment.
// Invariant: a lane's choice and update depend on that lane alone.
#pragma once

#include <lockstep/detail/tabular/task.hpp>
#include <lockstep/environment.hpp>

namespace lockstep {

// The states that lanes are in.
template <class L>
struct TableRow {
    typename L::i32 base;   // of the states' rows, in elements of the table
    typename L::u32 legal;  // one bit per action
};

// One step of each lane, and the words that drew its action.
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
    typename L::i32 action;  // the next action, where learning has already chosen it
    typename L::u32 time;

    LOCKSTEP_INLINE WordPair<typename L::u32> words() const noexcept {
        return threefry(load_key<L>(lanes.actions), u32<L>::load(lanes.id), time);
    }
};

// The actions that the learners take at `at`, drawn by two words.
template <class L>
[[gnu::visibility("default")]] typename L::i32 tabular_choice(
    const TabularLearners<L>&, const TableRow<L>& at,
    const WordPair<typename L::u32>& words) noexcept;

// Moves the value of the action taken toward its target.
template <class L>
[[gnu::visibility("default")]] void tabular_update(TabularLearners<L>&,
                                                   const TabularMove<L>&) noexcept;

}  // namespace lockstep

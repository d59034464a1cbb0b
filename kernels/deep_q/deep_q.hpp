// Learning action values with networks (Mnih et al. 2015), one learner per lane.
//
// Owns:      each learner's replay buffer, the choice of actions by value, and the gradient of the
//            squared temporal-difference error.
// Must not:  know environments, or when learners train.
// Invariant: a sampled transition is a function of the learner's stream, of how often it has
//            trained and of what it has seen.
#pragma once

#include <lockstep/detail/deep_q/deep_q_task.hpp>
#include <lockstep/detail/network/network.hpp>
#include <lockstep/detail/policy/legal.hpp>

namespace lockstep {

// The legal action of highest value, the first among equals.
template <class L>
LOCKSTEP_INLINE typename L::i32 best_action(const typename L::scalar* values, int actions,
                                            const typename L::u32& legal) noexcept {
    typename L::i32 best(0);
    typename L::real most(0);
    auto found = L::mask::none();
    for (int a = 0; a < actions; ++a) {
        const auto value = load_row<L>(values, a);
        const auto allowed = is_legal<L>(legal, a);
        const auto takes = allowed & (~found | (value > most));
        best = select(takes, typename L::i32(a), best);
        most = select(takes, value, most);
        found = found | allowed;
    }
    return best;
}

// By the random words of (id, time): a random legal action with probability epsilon, else the best.
template <class L>
LOCKSTEP_KERNEL void epsilon_greedy(const typename L::scalar* values, int actions,
                                    const std::uint32_t (&key)[2][lane_count],
                                    const std::uint32_t (&id)[lane_count],
                                    const std::uint32_t (&time)[lane_count],
                                    const typename L::scalar* epsilon,
                                    const std::uint32_t (&legal)[lane_count],
                                    std::int32_t* action) noexcept {
    using real = typename L::real;
    using u32 = typename L::u32;
    const LaneKey<u32> keys = load_key<L>(key);
    const auto words = threefry(keys, u32::load(id), u32::load(time));
    const real coin = uniform_from<L>(words.first);
    const u32 mask = u32::load(legal);
    const auto random = any_of<L>(mask, actions, words.second);
    select(coin < real::load(epsilon), random, best_action<L>(values, actions, mask)).store(action);
}

// Stores a transition for the learners whose bit is set; a full buffer drops its oldest.
template <class L>
LOCKSTEP_KERNEL void replay_push(const Replay<typename L::scalar>& replay,
                                 const Transition<typename L::scalar>& seen,
                                 std::uint32_t lanes) noexcept {
    using i32 = typename L::i32;
    using u32 = typename L::u32;
    const auto here = L::mask::from_bits(lanes);
    const u32 next = u32::load(replay.head), size = u32::load(replay.size);
    const i32 slot = bit_cast<std::int32_t>(next) * i32(lane_count);
    i32 number = slot * i32(transition_floats(replay.inputs)) + i32::iota();
    const auto put = [&](const typename L::scalar* row) LOCKSTEP_LAMBDA {
        scatter(replay.floats, number, L::real::load(row), here);
        number += i32(lane_count);
    };
    for (int j = 0; j < replay.inputs; ++j) put(seen.state + j * lane_count);
    for (int j = 0; j < replay.inputs; ++j) put(seen.next + j * lane_count);
    put(seen.reward);
    const u32 action = bit_cast<std::uint32_t>(i32::load(seen.action));
    const auto ends = L::mask::from_bits(seen.terminated);
    const i32 flag = slot * i32(transition_flags) + i32::iota();
    scatter(replay.flags, flag, select(ends, action | u32(terminal_flag), action), here);
    scatter(replay.flags, flag + i32(lane_count), u32::load(seen.legal), here);
    const u32 slots(static_cast<std::uint32_t>(replay.slots));
    const u32 after = next + u32(1U);
    select(here, select(after == slots, u32(0U), after), next).store(replay.head);
    select(here, select(size == slots, size, size + u32(1U)), size).store(replay.size);
}

// Draws transitions first .. first + minibatch.count - 1 of a batch, with replacement, all equally
// likely. `first` is even; a sample has `rows` rows.
template <class L>
LOCKSTEP_KERNEL void replay_sample(const Replay<typename L::scalar>& replay,
                                   const std::uint32_t (&key)[2][lane_count],
                                   const std::uint32_t* trainings, int first, int rows,
                                   const Minibatch<typename L::scalar>& minibatch) noexcept {
    using i32 = typename L::i32;
    using u32 = typename L::u32;
    const LaneKey<u32> keys = load_key<L>(key);
    const u32 size = u32::load(replay.size);
    WordPair<u32> words;
    for (int k = 0; k < minibatch.count; ++k) {
        const auto pair = static_cast<std::uint32_t>((first + k) / 2);
        if (k % 2 == 0) words = threefry(keys, u32::load(trainings), u32(pair));
        const u32 place = mul_high(k % 2 == 0 ? words.first : words.second, size);
        const i32 slot = bit_cast<std::int32_t>(place) * i32(lane_count);
        i32 number = slot * i32(transition_floats(replay.inputs)) + i32::iota();
        const auto get = [&](typename L::scalar* row) LOCKSTEP_LAMBDA {
            gather(replay.floats, number).store(row);
            number += i32(lane_count);
        };
        const std::int64_t sample = std::int64_t{k} * rows * lane_count;
        for (int j = 0; j < replay.inputs; ++j) get(minibatch.states + sample + j * lane_count);
        for (int j = 0; j < replay.inputs; ++j) get(minibatch.nexts + sample + j * lane_count);
        get(minibatch.rewards + k * lane_count);
        const i32 flag = slot * i32(transition_flags) + i32::iota();
        std::uint32_t* flags = minibatch.flags + k * transition_flags * lane_count;
        gather(replay.flags, flag).store(flags);
        gather(replay.flags, flag + i32(lane_count)).store(flags + lane_count);
    }
}

// The best next actions, by the outputs for the next states' samples.
template <class L>
LOCKSTEP_KERNEL void choose_next(const NetworkShape& shape, ActionHead outputs,
                                 const Minibatch<typename L::scalar>& minibatch) noexcept {
    using u32 = typename L::u32;
    for (int k = 0; k < minibatch.count; ++k) {
        const typename L::scalar* values =
            minibatch.nexts +
            (std::int64_t{k} * shape.rows + shape.rows - shape.outputs) * lane_count;
        const u32 legal = u32::load(minibatch.flags + (k * transition_flags + 1) * lane_count);
        best_action<L>(values, outputs.actions, legal).store(minibatch.best + k * lane_count);
    }
}

// A state's action values, computed from the network's outputs.
template <class L>
class StateValues {
public:
    using real = typename L::real;
    using i32 = typename L::i32;

    LOCKSTEP_INLINE StateValues(const typename L::scalar* outputs, ActionHead how) noexcept
        : outputs_(outputs), how_(how), highest_(0) {
        if (how.dueling) highest_ = best_action<L>(outputs, how.actions, typename L::u32(~0U));
    }
    LOCKSTEP_INLINE real of(const i32& action) const noexcept {
        const real value = at(action);
        if (!how_.dueling) return value;
        return load_row<L>(outputs_, how_.actions) + (value - at(highest_));
    }
    // The gradient by the outputs, where the gradient by the value of `action` is `by`.
    LOCKSTEP_INLINE void pass_back(const i32& action, const real& by,
                                   typename L::scalar* deltas) const noexcept {
        for (int a = 0; a < how_.actions; ++a) {
            real delta = select(action == i32(a), by, real(0));
            if (how_.dueling) delta = select(highest_ == i32(a), delta - by, delta);
            store_row<L>(delta, deltas, a);
        }
        if (how_.dueling) store_row<L>(by, deltas, how_.actions);
    }

private:
    LOCKSTEP_INLINE real at(const i32& action) const noexcept {
        real value = load_row<L>(outputs_, 0);
        for (int a = 1; a < how_.actions; ++a)
            value = select(action == i32(a), load_row<L>(outputs_, a), value);
        return value;
    }

    const typename L::scalar* outputs_;
    const ActionHead how_;
    i32 highest_;
};

// The gradient of the transitions' squared errors, times `share`, by the outputs for the states'
// samples. A state's target is the reward plus gamma times the value of the best next action;
// termination drops the second term, truncation does not.
template <class L>
LOCKSTEP_KERNEL void value_gradient(const NetworkShape& shape, ActionHead outputs,
                                    const Minibatch<typename L::scalar>& minibatch,
                                    const typename L::scalar* gamma, double share,
                                    typename L::scalar* deltas) noexcept {
    using real = typename L::real;
    using i32 = typename L::i32;
    using u32 = typename L::u32;
    for (int k = 0; k < minibatch.count; ++k) {
        const std::int64_t at =
            (std::int64_t{k} * shape.rows + shape.rows - shape.outputs) * lane_count;
        const u32 flag = u32::load(minibatch.flags + k * transition_flags * lane_count);
        const i32 action = bit_cast<std::int32_t>(flag & u32(terminal_flag - 1U));
        const real reward = real::load(minibatch.rewards + k * lane_count);
        const real after = StateValues<L>(minibatch.nexts + at, outputs)
                               .of(i32::load(minibatch.best + k * lane_count));
        const auto ends = (flag & u32(terminal_flag)) != u32(0U);
        const real target = select(ends, reward, fma(real::load(gamma), after, reward));
        const StateValues<L> values(minibatch.states + at, outputs);
        values.pass_back(action, (values.of(action) - target) * real(2 * share), deltas + at);
    }
}

// Moves the `rows` of the learners whose bit is set by the fraction `share` toward `goal`.
template <class L>
LOCKSTEP_KERNEL void polyak_update(const typename L::scalar* goal, int rows,
                                   const typename L::scalar* share, std::uint32_t lanes,
                                   typename L::scalar* moved) noexcept {
    using real = typename L::real;
    const auto here = L::mask::from_bits(lanes);
    const real part = real::load(share);
    const auto whole = part == real(1);
    for (int row = 0; row < rows; ++row) {
        const real to = load_row<L>(goal, row), from = load_row<L>(moved, row);
        const real after = select(whole, to, fma(part, to - from, from));
        store_row<L>(select(here, after, from), moved, row);
    }
}

}  // namespace lockstep

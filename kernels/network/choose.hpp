// Actions from the outputs of a policy network, one learner per lane.
//
// Owns:      the softmax over actions, or the sigmoid where one output stands for two; and drawing.
// Must not:  know where the outputs come from.
// Invariant: an illegal action has probability 0 and is never chosen.
#pragma once

#include <lockstep/detail/network/network.hpp>
#include <lockstep/detail/policy/legal.hpp>

namespace lockstep {

// `count` rows of uniform numbers in [0, 1). Two share a counter: row k is word k % 2 of (id, time
// + k / 2). Both precisions see the same 24 bits.
template <class L>
LOCKSTEP_KERNEL void draw_uniforms(const std::uint32_t (&key)[2][lane_count],
                                   const std::uint32_t (&id)[lane_count],
                                   const std::uint32_t (&time)[lane_count], int count,
                                   typename L::scalar* uniforms) noexcept {
    using u32 = typename L::u32;
    const LaneKey<u32> keys = load_key<L>(key);
    const auto put = [&](const u32& word, int row)
                         LOCKSTEP_LAMBDA { store_row<L>(uniform_from<L>(word), uniforms, row); };
    for (int k = 0; k < count; k += 2) {
        const u32 pair(static_cast<std::uint32_t>(k / 2));
        const auto words = threefry(keys, u32::load(id), u32::load(time) + pair);
        put(words.first, k);
        if (k + 1 < count) put(words.second, k + 1);
    }
}

// One output: the logit of action 1 out of two; its probability becomes the only row of
// `probabilities`. Several outputs: a logit and a row for each action.
template <class L>
LOCKSTEP_INLINE void action_probabilities(const typename L::scalar* logits, int outputs,
                                          const typename L::u32& legal,
                                          typename L::scalar* probabilities) noexcept {
    using real = typename L::real;
    if (outputs == 1) {
        store_row<L>(activated<L>(Activation::sigmoid, load_row<L>(logits, 0)), probabilities, 0);
        return;
    }
    for (int a = 0; a < outputs; ++a)
        store_row<L>(select(is_legal<L>(legal, a), load_row<L>(logits, a), real(-3e38)),
                     probabilities, a);
    softmax_rows<L>(probabilities, outputs);
    // exp never returns 0.
    for (int a = 0; a < outputs; ++a)
        store_row<L>(select(is_legal<L>(legal, a), load_row<L>(probabilities, a), real(0)),
                     probabilities, a);
}

// Chooses by `uniform`, or, if it is null, the most probable action, the first among equals (for
// one output, action 1 if the logit is at least 0).
template <class L>
LOCKSTEP_KERNEL void choose(const typename L::scalar* logits, int outputs,
                            const typename L::scalar* uniform,
                            const std::uint32_t (&legal)[lane_count],
                            typename L::scalar* probabilities, std::int32_t* action) noexcept {
    using real = typename L::real;
    using i32 = typename L::i32;
    action_probabilities<L>(logits, outputs, L::u32::load(legal), probabilities);
    if (outputs == 1) {
        const auto one = uniform == nullptr ? load_row<L>(logits, 0) >= real(0)
                                            : real::load(uniform) < load_row<L>(probabilities, 0);
        select(one, i32(1), i32(0)).store(action);
        return;
    }
    i32 chosen(0);
    real most(-3e38), sum(0);
    for (int a = 0; a < outputs; ++a) {
        const real p = load_row<L>(probabilities, a), logit = load_row<L>(logits, a);
        // Drawn: the last action for which the sum of those before it does not exceed the number.
        const auto takes = uniform == nullptr ? (logit > most) & (p > real(0))
                                              : (sum <= real::load(uniform)) & (p > real(0));
        chosen = select(takes, i32(a), chosen);
        most = select(takes, logit, most);
        sum += p;
    }
    chosen.store(action);
}

}  // namespace lockstep

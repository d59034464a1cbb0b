// The gradients of actor-critic losses by what the networks put out, sixteen worlds at a time.
//
// Must not:  know networks.
// Invariant: an impossible action has no gradient; a world without share has none at all, whatever
//            its numbers are.
#pragma once

#include <lockstep/kernels/learn/choose.hpp>
#include <lockstep/kernels/learn/surrogate_task.hpp>

namespace lockstep {

template <class L>
class Surrogate {
public:
    using scalar = typename L::scalar;
    using real = typename L::real;
    using i32 = typename L::i32;
    using u32 = typename L::u32;

    LOCKSTEP_INLINE Surrogate(const SurrogateTask<scalar>& task, int column) noexcept
        : task_(task), column_(column) {}

    LOCKSTEP_INLINE void run() noexcept {
        probabilities();
        const real share = at(task_.share), p = chosen();
        const real pull = weight(p / at(task_.probability)) * share;
        const real entropy_share = real(task_.entropy_weight) * share;
        const real entropy = task_.entropy_weight == 0 ? real(0) : this->entropy();
        for (int a = 0; a < task_.actions; ++a) {
            const real q = load_row<L>(probability_, a);
            const real hit = select(i32::load(task_.action + column_) == i32(a), real(1), real(0));
            real delta = pull * (q - hit);
            if (task_.entropy_weight != 0)
                delta = fma(entropy_share * q, log(positive(q)) + entropy, delta);
            put(delta, share, task_.logit_deltas + std::int64_t{a} * task_.columns);
        }
        const real error = at(task_.value) - at(task_.target);
        put(real(2 * task_.value_weight) * share * error, share, task_.value_deltas);
    }

private:
    LOCKSTEP_INLINE real at(const scalar* row) const noexcept { return real::load(row + column_); }
    LOCKSTEP_INLINE void put(const real& value, const real& share, scalar* row) const noexcept {
        select(share != real(0), value, real(0)).store(row + column_);
    }
    // Log of it is finite.
    LOCKSTEP_INLINE static real positive(const real& p) noexcept {
        return select(p > real(1e-30), p, real(1e-30));
    }
    LOCKSTEP_INLINE void probabilities() noexcept {
        scalar logits[(most_outputs - 1) * lane_count];
        std::uint32_t possible[lane_count];
        std::int32_t unused[lane_count];
        for (int a = 0; a < task_.actions; ++a)
            store_row<L>(at(task_.logits + std::int64_t{a} * task_.columns), logits, a);
        u32::load(task_.possible + column_).store(possible);
        choose<L>(logits, task_.actions, nullptr, possible, probability_, unused);
    }
    LOCKSTEP_INLINE real chosen() const noexcept {
        real p(0);
        for (int a = 0; a < task_.actions; ++a) {
            const auto hit = i32::load(task_.action + column_) == i32(a);
            p = select(hit, load_row<L>(probability_, a), p);
        }
        return p;
    }
    LOCKSTEP_INLINE real entropy() const noexcept {
        real sum(0);
        for (int a = 0; a < task_.actions; ++a) {
            const real q = load_row<L>(probability_, a);
            sum = fnma(q, log(positive(q)), sum);
        }
        return sum;
    }
    // What the gradient of the action's log probability counts for.
    LOCKSTEP_INLINE real weight(const real& ratio) const noexcept {
        const real advantage =
            (at(task_.advantage) - real(task_.mean)) * real(task_.inverse_deviation);
        if (task_.clip_ratio == 0) return advantage;
        const real clip(task_.clip_ratio), zero(0);
        const auto clipped = ((advantage > zero) & (ratio > real(1) + clip)) |
                             ((advantage < zero) & (ratio < real(1) - clip));
        return select(clipped, zero, ratio * advantage);
    }

    const SurrogateTask<scalar>& task_;
    const int column_;
    scalar probability_[(most_outputs - 1) * lane_count];
};

template <class L>
LOCKSTEP_KERNEL void surrogate(const SurrogateTask<typename L::scalar>& task) noexcept {
    for (int c = 0; c < task.columns; c += lane_count) Surrogate<L>(task, c).run();
}

}  // namespace lockstep
